/**
 * Reads without writing to the log (Raft §8, thesis §6.4): a read is linearizable at the `commitIndex` of the
 * moment it came, once a majority has confirmed after that moment that this server still leads.
 *
 * Confirmation goes in rounds. Every AppendEntries carries the number of the present round (on this side only:
 * the driver hands the request back with its answer), so one round serves all reads that came before it, and
 * any answer to it counts, even a refusal. Reads of one instant go in one round, one round is under way at a time, and
 * those that come meanwhile share the next.
 */

import type { ServerId } from "../base/durable.ts";
import { maybeSendEntries, sendAppend } from "./replication.ts";
import type { RaftState } from "./state.ts";

/** How many rounds a follower may be behind and still be sent the next one before a heartbeat is due. */
const ROUNDS_BEHIND_MAX = 4;

/** Takes a read, or turns it away with a hint. */
export function onRead(raft: RaftState, readId: number): void {
  const { leader } = raft;
  if (leader === undefined) {
    raft.reads.push({ readId, index: undefined, leaderId: raft.leaderId });
    return;
  }
  // A round that was sent may have been answered before this read came; only one that is still to be sent counts.
  const round = leader.roundWaiting ? leader.round : leader.round + 1;
  const index = hasCommittedInTerm(raft) ? raft.commitIndex : undefined;
  leader.reads.push({ readId, round, index });
  maybeBeginRound(raft);
  if (raft.peers.length === 0) completeReads(raft);
}

/** `follower` answered a request of `round`. */
export function confirmRound(raft: RaftState, follower: ServerId, round: number): void {
  const progress = raft.progressOf(follower);
  if (round <= progress.roundConfirmed) return;
  progress.roundConfirmed = round;
  const leader = raft.leading;
  if (leader.reads.length === 0) return;
  completeReads(raft);
  // It was too far behind to be sent this round when it began. Now it lives, and may be needed for the majority.
  if (!leader.roundWaiting && leader.reads.length > 0) maybeSendRound(raft, follower);
}

/** Sends the present round, and with it the entries that wait, to everyone. */
export function broadcastRound(raft: RaftState): void {
  for (const peer of raft.peers) {
    maybeSendRound(raft, peer);
    maybeSendEntries(raft, peer);
  }
}

/**
 * Sends the present round to a follower, unless it was sent or the follower is too far behind: one that is down must not
 * be sent a request for every read. The next heartbeat carries the round to it anyway.
 */
function maybeSendRound(raft: RaftState, follower: ServerId): void {
  const progress = raft.progressOf(follower);
  if (progress.roundSent >= raft.leading.round) return;
  if (progress.roundSent - progress.roundConfirmed >= ROUNDS_BEHIND_MAX) return;
  const withEntries = progress.mode === "replicate" &&
    progress.inflight < raft.options.inflightMax;
  sendAppend(raft, follower, progress, withEntries);
}

/** Answers the reads that may be answered, and begins the next round if others wait for it. */
export function completeReads(raft: RaftState): void {
  const leader = raft.leading;
  if (leader.reads.length === 0) return;
  if (hasCommittedInTerm(raft)) {
    const confirmed = confirmedRound(raft);
    const first = leader.reads.findIndex(({ round }) => round > confirmed);
    const answered = leader.reads.splice(0, first < 0 ? leader.reads.length : first);
    for (const read of answered) {
      const index = read.index ?? raft.commitIndex;
      raft.reads.push({ readId: read.readId, index, leaderId: raft.id });
    }
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
  const last = leader.reads.at(-1);
  if (last === undefined || last.round <= leader.round) return;
  if (leader.roundWaiting || confirmedRound(raft) < leader.round) return;
  leader.round++;
  leader.roundWaiting = true;
}
