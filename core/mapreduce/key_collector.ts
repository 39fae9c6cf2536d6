/** Collects the values of one key at a time, from pairs in which equal keys stand one behind the other. */

import { combineNext } from "./combine.ts";
import { compareRanges, copyBytes } from "./byte_order.ts";
import { KeyGroups } from "./key_groups.ts";
import { PairBuffer } from "./pair_buffer.ts";
import type { Combine, PairSink } from "./program.ts";

/** With so much memory in use, values are combined if that is possible. */
const COMBINE_BYTES = 4 * 1024 * 1024;

/** See the head of this file. */
export class KeyCollector implements PairSink {
  readonly #combine: Combine | undefined;
  #pairs = new PairBuffer(1, COMBINE_BYTES);
  #key = new Uint8Array(256);
  #keyLength = 0;

  constructor(combine: Combine | undefined) {
    this.#combine = combine;
  }

  /** Whether this key can be added: because there is none yet, or it is the same. */
  accepts(key: Uint8Array, start: number, end: number): boolean {
    return this.#pairs.count === 0 ||
      compareRanges(key, start, end, this.#key, 0, this.#keyLength) === 0;
  }

  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    if (this.#pairs.count === 0) this.#setKey(key, keyStart, keyEnd);
    else if (this.#pairs.isFull && this.#combine !== undefined) this.#combineAll(this.#combine);
    this.#pairs.add(0, key, keyStart, keyEnd, value, valueStart, valueEnd);
  }

  /**
   * Hands the key and its values to `use`, if there is one, and forgets them then.
   */
  async take(use: (groups: KeyGroups) => void | Promise<void>): Promise<void> {
    const groups = new KeyGroups(this.#pairs.sorted().partition(0));
    if (groups.next()) await use(groups);
    this.#pairs.clear();
  }

  #setKey(key: Uint8Array, start: number, end: number): void {
    this.#keyLength = end - start;
    if (this.#keyLength > this.#key.length) this.#key = new Uint8Array(2 * this.#keyLength);
    copyBytes(this.#key, 0, key, start, end);
  }

  #combineAll(combine: Combine): void {
    const groups = new KeyGroups(this.#pairs.sorted().partition(0));
    this.#pairs = new PairBuffer(1, COMBINE_BYTES);
    const target: PairSink = {
      add: (...pair) => this.#pairs.add(0, ...pair),
    };
    combineNext(groups, combine, target);
  }
}
