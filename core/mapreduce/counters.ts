/**
 * Counters (the paper's §4.8): named totals that the attempts of tasks report. Each task counts once, by the
 * attempt that was accepted; what other attempts counted is thrown away with them.
 */

import type { Counters } from "./job.ts";

/** No counts. */
export const NO_COUNTERS: Counters = {};

/** Names of the counters that this program keeps itself; applications choose any others. */
export const COUNTER = {
  /** Lines, or whole files, that `map` was given. */
  mapInputRecords: "map input records",
  /** Bytes of input that were read. */
  mapInputBytes: "map input bytes",
  /** Pairs that `map` emitted. */
  mapOutputRecords: "map output records",
  /** Pairs that were left after combining. */
  combinedRecords: "combined records",
  /** Bytes of intermediate data that were written. */
  spilledBytes: "spilled bytes",
  /** Records that were left out because attempts failed on them. */
  skippedRecords: "skipped records",
  /** Distinct keys that `reduce` was given. */
  reduceInputKeys: "reduce input keys",
  /** Values that `reduce` was given. */
  reduceInputRecords: "reduce input records",
  /** Bytes of intermediate data that came from other machines. */
  fetchedBytes: "fetched bytes",
} as const;

/** Adds counters up as tasks report them. */
export class CounterTotals {
  readonly #totals = new Map<string, number>();

  add(counters: Counters): void {
    for (const [name, count] of Object.entries(counters)) {
      this.#totals.set(name, (this.#totals.get(name) ?? 0) + count);
    }
  }

  /** The totals, by name. */
  totals(): Counters {
    const names = [...this.#totals.keys()].sort();
    return Object.fromEntries(names.map((name) => [name, this.#totals.get(name)!]));
  }
}
