/** Builds the entries up again that a log holds, from the batches in its segments. */

import type { LogEntry } from "../../base/durable.ts";
import { LogState } from "./log_state.ts";
import type { StoredBatch } from "./record_reader.ts";
import type { SegmentHeader } from "./segment_header.ts";

/** The state of a replay. What the dropped segments held is not known, and need not be in the end. */
export class Replay {
  readonly state: LogState;
  #entries: LogEntry[] = [];

  /** Begins with the segment of that header. */
  constructor(header: SegmentHeader) {
    this.state = LogState.before(header);
  }

  /** Applies a batch. Returns what is wrong with it if it cannot follow those before it. */
  apply(batch: StoredBatch): string | undefined {
    const { hardState, snapshot, discardLog, entries } = batch;
    const first = entries[0]?.index;
    const last = entries.at(-1)?.index;
    if (snapshot !== undefined) {
      const covered = discardLog ? Infinity : snapshot.lastIncludedIndex;
      this.#entries = this.#entries.filter(({ index }) => index > covered);
    }
    this.state.apply({ hardState, snapshot, discardLog });
    if (first === undefined || last === undefined) return undefined;
    const { lastIndex } = this.state;
    if (first < 1 || first > lastIndex + 1) {
      return `entries from index ${first} on do not follow a log that ends at ${lastIndex}`;
    }
    this.state.apply({ first, last });
    const known = this.#entries[0];
    const kept = known === undefined ? 0 : Math.max(0, first - known.index);
    this.#entries.length = Math.min(this.#entries.length, kept);
    for (const entry of entries) this.#entries.push(entry);
    return undefined;
  }

  /** Returns the entries behind the snapshot, or `undefined` if some of them are not known. */
  finish(): readonly LogEntry[] | undefined {
    const base = this.state.snapshot?.lastIncludedIndex ?? 0;
    const entries = this.#entries.filter(({ index }) => index > base);
    const isWhole = entries.length === this.state.lastIndex - base &&
      (entries[0]?.index ?? base + 1) === base + 1;
    return isWhole ? entries : undefined;
  }
}
