/** Sending a snapshot to a follower, piece by piece (Raft §7, Figure 13). One piece is under way at a time. */

import type { ServerId } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import { after } from "../base/units.ts";
import type { Progress } from "./progress.ts";
import type { RaftState } from "./state.ts";

/** The follower needs entries that are compacted: sends the snapshot from its beginning. */
export function beginSnapshot(raft: RaftState, peer: ServerId, progress: Progress): void {
  const { snapshot } = raft.log;
  invariant(
    snapshot !== undefined,
    "CompactedEntries",
    () => `entries are missing, and no snapshot`,
  );
  progress.mode = "snapshot";
  progress.snapshotTransfer = { snapshot, offset: 0, sentAt: undefined };
  raft.trace("snapshot", "sends to", {
    follower: peer,
    lastIncludedIndex: snapshot.lastIncludedIndex,
  });
  sendPiece(raft, peer, progress);
}

/**
 * The follower answered something else: it lives. If the piece that it was sent is overdue, it was lost; the
 * same piece goes out again.
 */
export function resumeSnapshot(raft: RaftState, peer: ServerId, progress: Progress): void {
  const sentAt = progress.snapshotTransfer?.sentAt;
  if (sentAt === undefined || after(sentAt, raft.options.heartbeatInterval) <= raft.now) {
    sendPiece(raft, peer, progress);
  }
}

/** Sends the piece at `offset`. */
export function sendPiece(raft: RaftState, peer: ServerId, progress: Progress): void {
  const { snapshotTransfer: transfer } = progress;
  invariant(
    transfer !== undefined,
    "SnapshotTransfer",
    () => `no snapshot is under way to ${peer}`,
  );
  const { snapshot, offset } = transfer;
  const data = snapshot.data.subarray(offset, offset + raft.options.snapshotChunkBytes);
  transfer.sentAt = raft.now;
  progress.roundSent = raft.leading.round;
  progress.heartbeatDue = after(raft.now, raft.options.heartbeatInterval);
  raft.send(peer, {
    kind: "InstallSnapshot",
    term: raft.currentTerm,
    leaderId: raft.id,
    lastIncludedIndex: snapshot.lastIncludedIndex,
    lastIncludedTerm: snapshot.lastIncludedTerm,
    offset,
    data,
    done: offset + data.length === snapshot.data.length,
  }, false);
}
