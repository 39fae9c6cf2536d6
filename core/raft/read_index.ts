/**
 * Reads without writing to the log (Raft §8, thesis §6.4): a read is linearizable at the `commitIndex` of the
 * moment it came, once a majority has confirmed after that moment that this server still leads.
 *
 * Confirmation goes in rounds. Every AppendEntries carries the number of the present round (on this side only:
 * the driver hands the request back with its answer), so one round serves all reads that came before it, and
 * any answer to it counts, even a refusal.
 */

import type { ServerId } from "../base/durable.ts";
import type { PendingRead, RaftState } from "./state.ts";

/** Takes a read, or turns it away with a hint. */
export function onRead(raft: RaftState, readId: number): void {
  const { leader } = raft;
  if (leader === undefined) {
    raft.reads.push({ readId, index: undefined, leaderId: raft.leaderId });
    return;
  }
  // The round of today may have been answered before this read came; only the next one counts.
  const index = hasCommittedInTerm(raft) ? raft.commitIndex : undefined;
  leader.reads.push({ readId, round: leader.round + 1, index });
  maybeBeginRound(raft);
}

/** `follower` answered a request of `round`. */
export function confirmRound(raft: RaftState, follower: ServerId, round: number): void {
  const progress = raft.progressOf(follower);
  if (round <= progress.roundConfirmed) return;
  progress.roundConfirmed = round;
  completeReads(raft);
}

/** Answers the reads that may be answered, and begins the next round if others wait for it. */
export function completeReads(raft: RaftState): void {
  const leader = raft.leading;
  if (leader.reads.length === 0) return;
  if (hasCommittedInTerm(raft)) {
    const confirmed = confirmedRound(raft);
    const waiting: PendingRead[] = [];
    for (const read of leader.reads) {
      if (read.round > confirmed) waiting.push(read);
      else {
        const index = read.index ?? raft.commitIndex;
        raft.reads.push({ readId: read.readId, index, leaderId: raft.id });
      }
    }
    leader.reads = waiting;
  }
  maybeBeginRound(raft);
}

/** Turns all waiting reads away: this server does not lead any more. */
export function refuseReads(raft: RaftState): void {
  for (const { readId } of raft.leading.reads) {
    raft.reads.push({ readId, index: undefined, leaderId: raft.leaderId });
  }
}

/** A new leader does not know which entries of former terms are committed, until one of its own is (Raft §8). */
function hasCommittedInTerm(raft: RaftState): boolean {
  return raft.log.termAt(raft.commitIndex) === raft.currentTerm;
}

/** The latest round that a majority has answered; the leader answers its own at once. */
function confirmedRound(raft: RaftState): number {
  const rounds: number[] = [raft.leading.round];
  for (const progress of raft.leading.progress.values()) rounds.push(progress.roundConfirmed);
  rounds.sort((a, b) => b - a);
  return rounds[raft.majority - 1]!;
}

/** One round at a time: reads that come while one is under way share the next. */
function maybeBeginRound(raft: RaftState): void {
  const leader = raft.leading;
  if (
    leader.reads.some((read) => read.round > leader.round) && confirmedRound(raft) >= leader.round
  ) {
    leader.round++;
    leader.roundWaiting = true;
  }
}
