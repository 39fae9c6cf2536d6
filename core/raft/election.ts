/** Elections from the candidate's side (Raft §5.2, thesis §9.6): standing, and counting votes. */

import { type ServerId, term as asTerm } from "../base/durable.ts";
import type { OutgoingRequest } from "./io.ts";
import { followLeader } from "./follow_leader.ts";
import type { RequestVote, RequestVoteReply, TimeoutNow } from "./messages.ts";
import { becomeCandidate, becomeFollower, becomeLeader, becomePreCandidate } from "./roles.ts";
import type { RaftState } from "./state.ts";

/** No leader has been heard of for an election timeout: stand, or first ask whether to. */
export function onElectionTimeout(raft: RaftState): void {
  raft.trace("timer", "election timeout");
  if (raft.options.preVote) {
    becomePreCandidate(raft);
    requestVotes(raft, true, false);
    maybeWin(raft);
  } else {
    standForElection(raft, false);
  }
}

/**
 * The leader wants this server to take over: it stands at once, without asking first (thesis §3.10). One that abstains
 * does not; the leader notices when the transfer takes too long.
 */
export function onTimeoutNow(raft: RaftState, callId: number, message: TimeoutNow): void {
  const isLeader = followLeader(raft, message.term, message.leaderId);
  if (isLeader && !raft.abstains) standForElection(raft, true);
  raft.reply(callId, { kind: "TimeoutNowReply", term: raft.currentTerm });
}

/** Starts a term and asks everyone for a vote. `leadershipTransfer`: because the leader said so. */
function standForElection(raft: RaftState, leadershipTransfer: boolean): void {
  becomeCandidate(raft);
  requestVotes(raft, false, leadershipTransfer);
  maybeWin(raft);
}

/** Counts a vote, if it is for the present candidacy. */
export function onRequestVoteReply(
  raft: RaftState,
  request: OutgoingRequest,
  asked: RequestVote,
  reply: RequestVoteReply,
): void {
  if (reply.term > raft.currentTerm) return becomeFollower(raft, reply.term, undefined);
  if (!isPresentCandidacy(raft, asked)) return raft.trace("drop", "ignores a stale vote");
  if (reply.voteGranted) countVote(raft, request.to);
}

function countVote(raft: RaftState, voter: ServerId): void {
  raft.votes.add(voter);
  raft.trace("vote", "is granted a vote", { from: voter, votes: raft.votes.size });
  maybeWin(raft);
}

/**
 * With a majority of all servers: on to the real election, or into office (Raft §5.2). A candidate that is alone in its
 * cluster has its majority before its own vote is durable; if it led at once and crashed, it would lead the same term
 * twice, with different entries.
 */
export function maybeWin(raft: RaftState): void {
  if (raft.votes.size < raft.majority) return;
  if (raft.role === "preCandidate") standForElection(raft, false);
  else if (raft.role === "candidate" && raft.durability.isHardStateDurable) becomeLeader(raft);
}

function isPresentCandidacy(raft: RaftState, asked: RequestVote): boolean {
  return asked.preVote
    ? raft.role === "preCandidate" && asked.term === raft.currentTerm + 1
    : raft.role === "candidate" && asked.term === raft.currentTerm;
}

function requestVotes(raft: RaftState, preVote: boolean, leadershipTransfer: boolean): void {
  const message: RequestVote = {
    kind: "RequestVote",
    term: preVote ? asTerm(raft.currentTerm + 1) : raft.currentTerm,
    candidateId: raft.id,
    lastLogIndex: raft.log.lastIndex,
    lastLogTerm: raft.log.lastTerm,
    preVote,
    leadershipTransfer,
  };
  // A candidate that forgot its own vote in a crash could give it away again: the vote must be durable first.
  for (const peer of raft.peers) raft.send(peer, message, !preVote);
}
