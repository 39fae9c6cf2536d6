/**
 * What must hold in one server between any two steps. What must hold between servers (Figure 3) is checked by
 * the simulator, which sees them all.
 */

import { logIndex } from "../base/durable.ts";
import { invariant, InvariantError } from "../base/errors.ts";
import type { RaftState } from "./state.ts";

/**
 * Checks a server's state. Cheap enough to run after every step: it does not walk the log.
 *
 * @throws {InvariantError} With the rule that is broken and the two numbers that contradict each other.
 */
export function checkInvariants(raft: RaftState): void {
  checkLog(raft);
  checkRole(raft);
  if (raft.leader !== undefined) checkFollowers(raft);
}

function checkLog(raft: RaftState): void {
  const { log, id } = raft;
  atMost(
    raft,
    "AppliedBound",
    "lastIncludedIndex",
    log.lastIncludedIndex,
    "lastApplied",
    raft.lastApplied,
  );
  atMost(raft, "AppliedBound", "lastApplied", raft.lastApplied, "commitIndex", raft.commitIndex);
  atMost(raft, "CommitBound", "commitIndex", raft.commitIndex, "lastIndex", log.lastIndex);
  atMost(raft, "DurableBound", "durableIndex", raft.durableIndex, "lastIndex", log.lastIndex);
  atMost(raft, "TermsNeverFall", "lastTerm", log.lastTerm, "currentTerm", raft.currentTerm);
  const beforeLast = log.termAt(logIndex(log.lastIndex - 1));
  invariant(
    beforeLast === undefined || beforeLast <= log.lastTerm,
    "TermsNeverFall",
    () => `the log of server ${id} ends with terms ${beforeLast}, ${log.lastTerm}`,
  );
}

function checkRole(raft: RaftState): void {
  const { id, role, votedFor, leaderId } = raft;
  const describe = () => `server ${id} is ${role}, voted for ${votedFor}, follows ${leaderId}`;
  invariant((role === "leader") === (raft.leader !== undefined), "LeaderHasState", describe);
  invariant((role === "leader") === (leaderId === id), "LeaderKnowsItself", describe);
  const mustHaveVoted = role === "leader" || role === "candidate";
  invariant(!mustHaveVoted || votedFor === id, "CandidateVotesForItself", describe);
  invariant(!raft.abstains || role === "follower", "AbstainerFollows", describe);
  const hasWon = raft.votes.size >= raft.majority && raft.durability.isHardStateDurable;
  invariant(!hasWon || (role !== "candidate" && role !== "preCandidate"), "MajorityWins", describe);
}

function checkFollowers(raft: RaftState): void {
  const { lastIndex } = raft.log;
  for (const [peer, { mode, matchIndex, nextIndex, snapshotTransfer }] of raft.leading.progress) {
    const describe = () =>
      `leader ${raft.id}, whose log ends at ${lastIndex}, has matchIndex ${matchIndex}, ` +
      `nextIndex ${nextIndex} for follower ${peer} in ${mode}`;
    invariant(matchIndex <= lastIndex, "MatchBound", describe);
    invariant(matchIndex < nextIndex, "NextIndexBound", describe);
    invariant(nextIndex <= lastIndex + 1, "NextIndexBound", describe);
    invariant(
      (mode === "snapshot") === (snapshotTransfer !== undefined),
      "SnapshotTransfer",
      describe,
    );
  }
}

function atMost(
  raft: RaftState,
  property: string,
  lowerName: string,
  lower: number,
  upperName: string,
  upper: number,
): void {
  if (lower <= upper) return;
  throw new InvariantError(
    property,
    `server ${raft.id} has ${lowerName} = ${lower} above ${upperName} = ${upper}`,
  );
}
