/**
 * The leader's side of replication (Raft §5.3): what to send to whom, and when. A follower has at most
 * `inflightMax` requests under way; entries that come meanwhile go together in the next one.
 */

import { logIndex, type ServerId } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import { after } from "../base/units.ts";
import { lacksCommit } from "./commit.ts";
import type { AppendEntries } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { beginSnapshot } from "./snapshot_transfer.ts";
import type { RaftState } from "./state.ts";

/** Sends new entries to every follower that may have them now. */
export function broadcastEntries(raft: RaftState): void {
  for (const peer of raft.peers) maybeSendEntries(raft, peer);
}

/** Sends what is due to each follower: heartbeats, and the news of a commit. */
export function sendDue(raft: RaftState): void {
  const leader = raft.leading;
  const noticeDue = leader.commitNoticeDue !== undefined && leader.commitNoticeDue <= raft.now;
  if (noticeDue) leader.commitNoticeDue = undefined;
  for (const [peer, progress] of leader.progress) {
    if (progress.heartbeatDue <= raft.now) sendHeartbeat(raft, peer);
    else if (noticeDue && lacksCommit(raft, progress)) sendAppend(raft, peer, progress, true);
  }
}

/** Sends entries, if there are any and the follower has not too many requests unanswered. */
export function maybeSendEntries(raft: RaftState, peer: ServerId): void {
  const progress = raft.progressOf(peer);
  if (progress.mode !== "replicate" || progress.inflight >= raft.options.inflightMax) return;
  if (progress.nextIndex <= raft.log.lastIndex) sendAppend(raft, peer, progress, true);
}

/**
 * Sends something now, whatever is unanswered, and makes room for it and no more: one that is down must not be streamed
 * to for as long as its silence takes. To a follower in `probe` it is a bare question: with entries, one that is down
 * would be sent the same ones again and again.
 */
function sendHeartbeat(raft: RaftState, peer: ServerId): void {
  const progress = raft.progressOf(peer);
  progress.inflight = Math.min(progress.inflight, raft.options.inflightMax - 1);
  sendAppend(raft, peer, progress, progress.mode === "replicate");
}

/** Sends one AppendEntries from `nextIndex` on, or turns to the snapshot if that is compacted. */
export function sendAppend(
  raft: RaftState,
  peer: ServerId,
  progress: Progress,
  withEntries: boolean,
): void {
  const { log, options } = raft;
  if (progress.mode !== "snapshot" && progress.nextIndex <= log.lastIncludedIndex) {
    return beginSnapshot(raft, peer, progress);
  }
  // A follower that is getting a snapshot refuses this, but it hears that there is a leader, and answers.
  const prevLogIndex = progress.mode === "snapshot"
    ? log.lastIncludedIndex
    : logIndex(progress.nextIndex - 1);
  const prevLogTerm = log.termAt(prevLogIndex);
  invariant(prevLogTerm !== undefined, "NextIndexBound", () => `no term at ${prevLogIndex}`);
  const entries = withEntries
    ? log.slice(logIndex(prevLogIndex + 1), options.appendEntriesMax, options.appendBytesMax)
    : [];
  const message: AppendEntries = {
    kind: "AppendEntries",
    term: raft.currentTerm,
    leaderId: raft.id,
    prevLogIndex,
    prevLogTerm,
    entries,
    leaderCommit: raft.commitIndex,
  };
  raft.send(peer, message, false);
  progress.inflight++;
  progress.roundSent = raft.leading.round;
  progress.commitSent = raft.commitIndex;
  progress.heartbeatDue = after(raft.now, options.heartbeatInterval);
  if (progress.mode === "replicate") {
    progress.nextIndex = logIndex(progress.nextIndex + entries.length);
  }
}
