/** What a log is told when it is opened, and what it tells of itself. */

import type { Disk, DiskError } from "../../base/disk.ts";
import type { Clock } from "../../base/ports.ts";
import type { Millis } from "../../base/units.ts";
import type { WalIdentity } from "./segment_header.ts";

/** Settings of a write-ahead log. */
export interface WalOptions {
  /** The folder that it lives in. */
  readonly disk: Disk;
  readonly clock: Clock;
  /** Whose log it is: a folder of another server or cluster is refused. */
  readonly identity: WalIdentity;
  /** The size of a segment; by default 16 MiB. A batch that is larger gets a segment of its own size. */
  readonly segmentBytes?: number;
  /** How much is written before a sync at most, unless a single batch is larger; by default 4 MiB. */
  readonly groupBytesMax?: number;
  /**
   * Snapshots that only compact the log are written while batches behind them go on; `onDurable` runs as soon as the
   * log that the snapshot stands for is durable. A crash meanwhile leaves the log and the snapshot before. By default
   * snapshots take their turn, and the batches behind them wait.
   */
  readonly compactsInBackground?: boolean;
  /** How long to wait before looking for room again on a full disk; by default 1,000 ms. */
  readonly fullRetry?: Millis;
  /**
   * Runs the function in a later turn of the event loop: between a sync and the next write, so that those whose batches
   * are durable can hand over their next ones, and share the next sync rather than the one after it. By default the
   * next write begins at once.
   */
  readonly gather?: (next: () => void) => void;
  /** Storage has failed for good. The server must stop: it will never be told again that anything is durable. */
  readonly onFailure?: (error: DiskError) => void;
  /** Batches wait because the disk is full. */
  readonly onFull?: (error: DiskError) => void;
  /** There is room again, and the batches that waited are durable. */
  readonly onRoom?: () => void;
}

/** How a log is doing. */
export type WalCondition = "ok" | "full" | "failed" | "closed";

/** How much a log has done in this life. */
export interface WalCounts {
  readonly batches: number;
  /** Writes with a sync; there are several batches to each when there is much to do. */
  readonly syncs: number;
  readonly bytes: number;
}
