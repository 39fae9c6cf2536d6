/** What a leader learns from the answers to its AppendEntries (Figure 2, "leaders"; Raft §5.3). */

import { type LogIndex, logIndex, type ServerId } from "../base/durable.ts";
import { lacksCommit, maybeAdvanceCommit, noticeCommitSoon } from "./commit.ts";
import type { OutgoingRequest } from "./io.ts";
import { maybeSendTimeoutNow } from "./leadership_transfer.ts";
import type { AppendEntries, AppendEntriesReply } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { confirmRound } from "./read_index.ts";
import { maybeSendEntries, sendAppend } from "./replication.ts";
import { becomeFollower } from "./roles.ts";
import { resumeSnapshot } from "./snapshot_transfer.ts";
import type { RaftState } from "./state.ts";

/** Learns from a follower's answer (Figure 2, "leaders"). */
export function onAppendEntriesReply(
  raft: RaftState,
  request: OutgoingRequest,
  sent: AppendEntries,
  reply: AppendEntriesReply,
): void {
  if (reply.term > raft.currentTerm) return becomeFollower(raft, reply.term, undefined);
  if (!raft.isCurrent(request)) return raft.trace("drop", "ignores a stale reply");
  const progress = raft.progressOf(request.to);
  progress.inflight = Math.max(0, progress.inflight - 1);
  onContact(raft, request);
  if (reply.success) onAccepted(raft, request.to, progress, sent);
  else onRefused(raft, request.to, progress, sent, reply);
}

/** A request got no answer. The next heartbeat finds out what the follower has; until then others may go. */
export function onNoAppendReply(raft: RaftState, request: OutgoingRequest): void {
  if (!raft.isCurrent(request)) return;
  const progress = raft.progressOf(request.to);
  progress.inflight = Math.max(0, progress.inflight - 1);
  maybeSendEntries(raft, request.to);
}

/** A follower answered in this term, whatever it said. */
export function onContact(raft: RaftState, request: OutgoingRequest): void {
  raft.progressOf(request.to).lastContact = raft.now;
  confirmRound(raft, request.to, request.round);
}

/** The follower holds everything up to the end of the request: that, not "my last index now". */
function onAccepted(
  raft: RaftState,
  peer: ServerId,
  progress: Progress,
  sent: AppendEntries,
): void {
  advanceMatch(raft, peer, progress, logIndex(sent.prevLogIndex + sent.entries.length));
}

/** `peer` is known to hold everything up to `index`. */
export function advanceMatch(
  raft: RaftState,
  peer: ServerId,
  progress: Progress,
  index: LogIndex,
): void {
  if (index > progress.matchIndex) progress.matchIndex = index;
  progress.nextIndex = logIndex(Math.max(progress.nextIndex, progress.matchIndex + 1));
  const { snapshotTransfer } = progress;
  if (snapshotTransfer !== undefined) {
    if (progress.matchIndex < snapshotTransfer.snapshot.lastIncludedIndex) return;
    progress.snapshotTransfer = undefined;
  }
  if (progress.mode !== "replicate") {
    progress.mode = "replicate";
    progress.inflight = 0;
  }
  maybeAdvanceCommit(raft);
  maybeSendTimeoutNow(raft);
  maybeSendEntries(raft, peer);
  if (lacksCommit(raft, progress)) noticeCommitSoon(raft);
}

/** The logs differ at `prevLogIndex`: looks further back, by whole terms (end of Raft §5.3). */
function onRefused(
  raft: RaftState,
  peer: ServerId,
  progress: Progress,
  sent: AppendEntries,
  reply: AppendEntriesReply,
): void {
  if (progress.mode === "snapshot") return resumeSnapshot(raft, peer, progress);
  if (isStaleRefusal(progress, sent)) return raft.trace("drop", "ignores a stale refusal");
  progress.mode = "probe";
  progress.inflight = 0;
  progress.nextIndex = logIndex(
    Math.max(progress.matchIndex + 1, Math.min(sent.prevLogIndex, backUpTo(raft, sent, reply))),
  );
  raft.trace("log", "backs up", { follower: peer, nextIndex: progress.nextIndex });
  sendAppend(raft, peer, progress, true);
}

/** A refusal that came late must not undo what was learned since. */
function isStaleRefusal(progress: Progress, sent: AppendEntries): boolean {
  return sent.prevLogIndex <= progress.matchIndex || sent.prevLogIndex >= progress.nextIndex;
}

/**
 * Where the logs may agree: right behind the leader's own last entry of the conflicting term, if it has one
 * before `prevLogIndex`; otherwise where the follower's entries of that term begin.
 */
function backUpTo(raft: RaftState, sent: AppendEntries, reply: AppendEntriesReply): number {
  if (reply.conflictTerm === 0) return reply.conflictIndex;
  const last = raft.log.lastIndexOfTerm(reply.conflictTerm);
  return last !== undefined && last < sent.prevLogIndex ? last + 1 : reply.conflictIndex;
}
