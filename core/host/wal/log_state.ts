/**
 * What the log amounts to: term and vote, the newest snapshot, the last entry, and which segments still hold
 * something that counts. The writer keeps this account while it writes, the replay builds it up again.
 */

import type { HardState } from "../../base/durable.ts";
import type { SegmentHeader, SnapshotRef } from "./segment_header.ts";

/** What of a batch matters to the account. */
export interface LoggedBatch {
  readonly hardState?: HardState | undefined;
  readonly snapshot?: SnapshotRef | undefined;
  readonly discardLog?: boolean | undefined;
  /** The first and the last index of its entries, if it has any. */
  readonly first?: number | undefined;
  readonly last?: number | undefined;
}

/** A segment of the log. */
export interface SegmentAccount {
  readonly sequence: number;
  /** The last entry that stands here and was not replaced by a later one; 0 if there is none. */
  lastIndex: number;
  /** How long it is; 0 for the one that is written to. */
  bytes: number;
}

/** The account. */
export class LogState {
  #hardState: HardState | undefined;
  #snapshot: SnapshotRef | undefined;
  #lastIndex = 0;
  #segments: SegmentAccount[] = [];

  /** Takes over what the first segment to be replayed says of those before it. */
  static before(header: SegmentHeader): LogState {
    const state = new LogState();
    state.#hardState = header.hardState;
    state.#snapshot = header.snapshot;
    state.#lastIndex = header.lastIndex;
    return state;
  }

  get hardState(): HardState | undefined {
    return this.#hardState;
  }

  get snapshot(): SnapshotRef | undefined {
    return this.#snapshot;
  }

  /** The last entry, or the end of the snapshot, or 0. */
  get lastIndex(): number {
    return this.#lastIndex;
  }

  /** The segments from the oldest to the one that is written to. */
  get segments(): readonly SegmentAccount[] {
    return this.#segments;
  }

  /** Batches go into this segment from now on. */
  beginSegment(sequence: number): void {
    this.#segments.push({ sequence, lastIndex: 0, bytes: 0 });
  }

  /** The present segment goes no further. */
  endSegment(bytes: number): void {
    this.#segments.at(-1)!.bytes = bytes;
  }

  /** Accounts for a batch, in the order of its fields. */
  apply({ hardState, snapshot, discardLog, first, last }: LoggedBatch): void {
    if (hardState !== undefined) this.#hardState = hardState;
    if (snapshot !== undefined) {
      this.#snapshot = snapshot;
      if (discardLog) this.#cut(1);
      this.#lastIndex = Math.max(this.#lastIndex, snapshot.lastIncludedIndex);
    }
    if (first === undefined || last === undefined) return;
    this.#cut(first);
    this.#lastIndex = last;
    this.#segments.at(-1)!.lastIndex = last;
  }

  /** Takes the segments out of the account that hold nothing any more; the present one stays. */
  takeDroppable(): readonly SegmentAccount[] {
    const covered = this.#snapshot?.lastIncludedIndex ?? 0;
    const segments = this.#segments;
    let count = 0;
    while (count < segments.length - 1 && segments[count]!.lastIndex <= covered) count++;
    return segments.splice(0, count);
  }

  /** The entries from `first` on do not count any more. */
  #cut(first: number): void {
    this.#lastIndex = Math.min(this.#lastIndex, first - 1);
    for (const segment of this.#segments) {
      segment.lastIndex = Math.min(segment.lastIndex, first - 1);
    }
  }
}
