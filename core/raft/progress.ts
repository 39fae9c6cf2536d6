/** What a leader knows of one follower, and how it talks to it (Raft §5.3, Figure 2 "volatile state on leaders"). */

import { type LogIndex, logIndex, type Snapshot } from "../base/durable.ts";
import type { Instant } from "../base/units.ts";

/**
 * How a leader sends to a follower.
 *
 * - `probe`: it looks for the place where the logs agree, one request at a time.
 * - `replicate`: they agree; entries stream ahead of the answers.
 * - `snapshot`: the follower needs entries that are compacted; it gets the snapshot, piece by piece.
 */
export type ProgressMode = "probe" | "replicate" | "snapshot";

/** A snapshot on its way to a follower. */
export interface SnapshotTransfer {
  readonly snapshot: Snapshot;
  /** How much the follower holds, as far as we know, in bytes. */
  offset: number;
  /** When the piece that has no answer yet was sent, if there is one. */
  sentAt: Instant | undefined;
}

/** One follower, seen by the leader. Made anew at each election won. */
export interface Progress {
  mode: ProgressMode;
  /** The next entry to send. In `replicate` it runs ahead of what is acknowledged. Always above `matchIndex`. */
  nextIndex: LogIndex;
  /** The last entry known to be on the follower's stable storage. Never falls within a term. */
  matchIndex: LogIndex;
  /** AppendEntries under way without an answer. */
  inflight: number;
  /** The highest `leaderCommit` sent. */
  commitSent: LogIndex;
  /** When the follower must hear from us again. */
  heartbeatDue: Instant;
  /** When the follower last answered in this term; at first, when the term began. */
  lastContact: Instant;
  /** The latest confirmation round that the follower was sent, and the latest that it answered (see `read_index.ts`). */
  roundSent: number;
  roundConfirmed: number;
  /** Set while `mode` is `snapshot`. */
  snapshotTransfer: SnapshotTransfer | undefined;
}

/** A follower of which a new leader knows nothing: it starts at the end of the leader's log (Figure 2). */
export function newProgress(lastIndex: LogIndex, now: Instant): Progress {
  return {
    mode: "probe",
    nextIndex: logIndex(lastIndex + 1),
    matchIndex: logIndex(0),
    inflight: 0,
    commitSent: logIndex(0),
    heartbeatDue: now,
    lastContact: now,
    roundSent: 0,
    roundConfirmed: 0,
    snapshotTransfer: undefined,
  };
}
