/** What holds the pairs of a map task in memory until they are sorted. */

import { sortByKey } from "./key_sort.ts";
import type { PairCursor } from "./pair_cursor.ts";

/** Takes pairs in any order, and gives those of each partition in the order of their keys. */
export interface SortBuffer {
  /** The number of pairs. */
  readonly count: number;
  /** The memory that they take, in bytes. */
  readonly size: number;
  /** Whether they should be taken out soon. */
  readonly isFull: boolean;
  /** Adds the pair of `key[keyStart, keyEnd)` and `value[valueStart, valueEnd)`, copying both. */
  add(
    partition: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void;
  /** Sorts. The pairs stay; they and the result are valid until the next {@linkcode clear}. */
  sorted(): SortedPairs;
  /** Forgets all pairs. */
  clear(): void;
}

/** Pairs in order. */
export interface SortedPairs {
  /** A walk over the pairs of one partition; those with equal keys in the order in which they were added. */
  partition(number: number): PairCursor;
}

/** An index of records, by partition. */
export interface SortedRecords {
  readonly index: Uint32Array;
  /** Where in the index each partition begins; one more than there are. */
  readonly bounds: Uint32Array;
}

/** Which word of a record is its partition. */
export const PARTITION_WORD = 2;

/** Sorts the records at these positions of `words` (see `key_sort.ts`) by partition, and then by key. */
export function sortRecords(
  words: Uint32Array,
  positions: Uint32Array,
  partitions: number,
): SortedRecords {
  const bounds = new Uint32Array(partitions + 1);
  for (const record of positions) bounds[words[record + PARTITION_WORD]! + 1]!++;
  for (let i = 1; i <= partitions; i++) bounds[i]! += bounds[i - 1]!;
  const index = new Uint32Array(positions.length);
  const filled = bounds.slice();
  for (const record of positions) index[filled[words[record + PARTITION_WORD]!]!++] = record;
  // The positions are not needed any more: their memory serves as the scratch of the sort.
  for (let i = 0; i < partitions; i++) {
    sortByKey(words, index, positions, bounds[i]!, bounds[i + 1]!);
  }
  return { index, bounds };
}
