/** Elections from the voter's side (Figure 2, RequestVote RPC; Raft §5.2, §5.4.1). */

import { after } from "../base/units.ts";
import type { RequestVote } from "./messages.ts";
import { becomeFollower } from "./roles.ts";
import type { RaftState } from "./state.ts";

/** Grants or refuses a vote, or says what it would do (PreVote). */
export function onRequestVote(raft: RaftState, callId: number, message: RequestVote): void {
  const voteGranted = message.preVote ? wouldVote(raft, message) : vote(raft, message);
  raft.trace("vote", voteGranted ? "votes for" : "refuses to vote for", {
    candidate: message.candidateId,
    candidateTerm: message.term,
    preVote: message.preVote,
  });
  raft.reply(callId, { kind: "RequestVoteReply", term: raft.currentTerm, voteGranted });
}

function vote(raft: RaftState, message: RequestVote): boolean {
  // A server that was cut off must not disturb a cluster that has a leader (thesis §4.2.3): its term is not
  // even adopted.
  if (raft.options.checkQuorum && hearsFromLeader(raft) && !message.leadershipTransfer) {
    return false;
  }
  if (message.term > raft.currentTerm) becomeFollower(raft, message.term, undefined);
  if (message.term < raft.currentTerm) return false;
  if (raft.votedFor !== undefined && raft.votedFor !== message.candidateId) return false;
  if (!isUpToDate(raft, message)) return false;
  raft.voteFor(message.candidateId);
  raft.resetElectionTimer();
  return true;
}

/** The same questions without consequences: no term adopted, no vote given, no timer reset (thesis §9.6). */
function wouldVote(raft: RaftState, message: RequestVote): boolean {
  return message.term > raft.currentTerm && !hearsFromLeader(raft) && isUpToDate(raft, message);
}

/**
 * Says whether the candidate's log is at least as up-to-date as this server's: a later last term wins, with the
 * same last term a longer log does (Raft §5.4.1).
 */
function isUpToDate(raft: RaftState, message: RequestVote): boolean {
  if (message.lastLogTerm !== raft.log.lastTerm) return message.lastLogTerm > raft.log.lastTerm;
  return message.lastLogIndex >= raft.log.lastIndex;
}

/** Says whether there is a leader that lives: it is this server, or was heard of within the shortest election timeout. */
function hearsFromLeader(raft: RaftState): boolean {
  if (raft.role === "leader") return true;
  return raft.leaderContact !== undefined &&
    raft.now < after(raft.leaderContact, raft.options.electionTimeoutMin);
}
