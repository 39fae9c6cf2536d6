/** Commitment (Raft §5.3, §5.4.2, Figure 8). */

import { type LogIndex, logIndex } from "../base/durable.ts";
import { after } from "../base/units.ts";
import { completeReads } from "./read_index.ts";
import type { Progress } from "./progress.ts";
import type { RaftState } from "./state.ts";

/**
 * Commits what a majority holds durably, if the last of it is of the leader's own term: an older entry that
 * sits on a majority can still be overwritten, as Figure 8 shows; it commits with a later one.
 */
export function maybeAdvanceCommit(raft: RaftState): void {
  const index = majorityIndex(raft);
  if (index <= raft.commitIndex || raft.log.termAt(index) !== raft.currentTerm) return;
  raft.commitTo(index);
  completeReads(raft);
  if (raft.peers.length > 0) noticeCommitSoon(raft);
}

/** The highest index that a majority holds durably. The leader counts itself only for what its own disk holds. */
function majorityIndex(raft: RaftState): LogIndex {
  const matched: number[] = [raft.durableIndex];
  for (const progress of raft.leading.progress.values()) matched.push(progress.matchIndex);
  matched.sort((a, b) => b - a);
  return logIndex(matched[raft.majority - 1]!);
}

/** Says whether the follower could commit more than it was told. */
export function lacksCommit(raft: RaftState, progress: Progress): boolean {
  return progress.mode === "replicate" &&
    progress.commitSent < Math.min(raft.commitIndex, progress.matchIndex);
}

/** Sets the time by which the news of a commit must go out, unless new entries carry it before. */
export function noticeCommitSoon(raft: RaftState): void {
  raft.leading.commitNoticeDue ??= after(raft.now, raft.options.commitNoticeDelay);
}
