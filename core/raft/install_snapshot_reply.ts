/** What a leader learns from the answers to its InstallSnapshot (Figure 13). */

import { advanceMatch, onContact } from "./append_entries_reply.ts";
import type { OutgoingRequest } from "./io.ts";
import type { InstallSnapshot, InstallSnapshotReply } from "./messages.ts";
import { becomeFollower } from "./roles.ts";
import { sendPiece } from "./snapshot_transfer.ts";
import type { RaftState } from "./state.ts";

/** The follower has it all, or wants the next piece. */
export function onInstallSnapshotReply(
  raft: RaftState,
  request: OutgoingRequest,
  sent: InstallSnapshot,
  reply: InstallSnapshotReply,
): void {
  if (reply.term > raft.currentTerm) return becomeFollower(raft, reply.term, undefined);
  if (!raft.isCurrent(request)) return raft.trace("drop", "ignores a stale reply");
  const progress = raft.progressOf(request.to);
  onContact(raft, request);
  if (reply.installed) return advanceMatch(raft, request.to, progress, sent.lastIncludedIndex);
  const { snapshotTransfer: transfer } = progress;
  const isPresent = transfer?.snapshot.lastIncludedIndex === sent.lastIncludedIndex &&
    transfer.offset === sent.offset;
  if (!isPresent) return raft.trace("drop", "ignores a stale reply");
  transfer.offset = Math.min(reply.bytesStored, transfer.snapshot.data.length);
  sendPiece(raft, request.to, progress);
}

/** A piece got no answer: it goes out again when the follower next shows that it lives. */
export function onNoSnapshotReply(raft: RaftState, request: OutgoingRequest): void {
  if (!raft.isCurrent(request)) return;
  const { snapshotTransfer: transfer } = raft.progressOf(request.to);
  if (transfer !== undefined) transfer.sentAt = undefined;
}
