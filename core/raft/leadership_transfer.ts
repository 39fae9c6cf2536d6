/** Handing leadership over (thesis §3.10), from the leader's side. */

import type { ServerId } from "../base/durable.ts";
import { after } from "../base/units.ts";
import type { Progress } from "./progress.ts";
import type { RaftState } from "./state.ts";

/**
 * Stops taking commands, brings the target up to date, and tells it to stand for election. If it has not won within an
 * election timeout, things go on as before. Ignored by all but the leader.
 *
 * @throws {RangeError} If `to` is not another server of the cluster.
 */
export function onTransferLeadership(raft: RaftState, to: ServerId | undefined): void {
  const { leader } = raft;
  if (leader === undefined) return;
  const target = to ?? mostAdvanced(raft);
  // A cluster of one has nobody to hand over to.
  if (target === undefined) return;
  if (!raft.peers.includes(target)) {
    throw new RangeError(
      `Cannot hand leadership to server ${target}: the others are ${raft.peers}`,
    );
  }
  leader.leadershipTransfer = {
    to: target,
    deadline: after(raft.now, raft.options.electionTimeoutMax),
    timeoutNowSent: false,
  };
  raft.trace("leader", "hands over", { to: target });
  maybeSendTimeoutNow(raft);
}

/** Tells the target to stand, once it holds everything that this leader does. */
export function maybeSendTimeoutNow(raft: RaftState): void {
  const { leadershipTransfer: transfer } = raft.leading;
  if (transfer === undefined || transfer.timeoutNowSent) return;
  if (raft.progressOf(transfer.to).matchIndex !== raft.log.lastIndex) return;
  transfer.timeoutNowSent = true;
  raft.send(
    transfer.to,
    { kind: "TimeoutNow", term: raft.currentTerm, leaderId: raft.id },
    false,
  );
}

/** Gives up a transfer that took too long. */
export function expireTransfer(raft: RaftState): void {
  const leader = raft.leading;
  const { leadershipTransfer: transfer } = leader;
  if (transfer === undefined || raft.now < transfer.deadline) return;
  leader.leadershipTransfer = undefined;
  raft.trace("leader", "gives up handing over");
}

/** The follower that needs the least to take over. One that has been silent for an election timeout comes last. */
function mostAdvanced(raft: RaftState): ServerId | undefined {
  const isSilent = ({ lastContact }: Progress) =>
    after(lastContact, raft.options.electionTimeoutMin) <= raft.now;
  const isBetter = (a: Progress, b: Progress) =>
    isSilent(a) === isSilent(b) ? a.matchIndex > b.matchIndex : isSilent(b);
  let best: ServerId | undefined;
  for (const peer of raft.peers) {
    if (best === undefined || isBetter(raft.progressOf(peer), raft.progressOf(best))) best = peer;
  }
  return best;
}
