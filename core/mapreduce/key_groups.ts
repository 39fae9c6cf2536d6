/** Groups a sorted walk by key, for combining and reducing. */

import { compareRanges, copyBytes } from "./byte_order.ts";
import type { PairCursor } from "./pair_cursor.ts";

/**
 * Goes from key to key. The values of a key are an iterable that can be walked once, only while the groups stand on
 * that key, and that holds none of them: they may be more than fit into memory.
 *
 * @example
 * ```ts
 * import { KeyGroups } from "./key_groups.ts";
 * import { PairBuffer } from "./pair_buffer.ts";
 *
 * const buffer = new PairBuffer(1, 1 << 20);
 * const groups = new KeyGroups(buffer.sorted().partition(0));
 * while (groups.next()) for (const value of groups.values) console.log(groups.key(), value);
 * ```
 */
export class KeyGroups {
  readonly #cursor: PairCursor;
  #key = new Uint8Array(256);
  #keyLength = 0;
  #keyPrefix = 0;
  /** Where the cursor is: before the first value of the present key, on one, behind the last, at the end of all. */
  #state: "start" | "atKey" | "inKey" | "behindKey" | "end" = "start";
  #keys = 0;
  #pairs = 0;
  /** The values of the present key, as views that stay valid if the cursor's values do. */
  readonly values: Iterable<Uint8Array>;

  constructor(cursor: PairCursor) {
    this.#cursor = cursor;
    const iterator: Iterator<Uint8Array> = {
      next: () => {
        if (!this.nextValue()) return { done: true, value: undefined };
        return {
          done: false,
          value: cursor.value.subarray(cursor.valueStart, cursor.valueEnd),
        };
      },
    };
    this.values = { [Symbol.iterator]: () => iterator };
  }

  /** The number of keys so far. */
  get keys(): number {
    return this.#keys;
  }

  /** The number of pairs so far. */
  get pairs(): number {
    return this.#pairs;
  }

  /** Goes on to the next key, passing over values that nobody looked at, and says whether there is one. */
  next(): boolean {
    while (this.nextValue());
    if (this.#state === "start" && !this.#advance()) this.#state = "end";
    if (this.#state === "end") return false;
    const cursor = this.#cursor;
    this.#keyLength = cursor.keyEnd - cursor.keyStart;
    if (this.#keyLength > this.#key.length) this.#key = new Uint8Array(2 * this.#keyLength);
    copyBytes(this.#key, 0, cursor.key, cursor.keyStart, cursor.keyEnd);
    this.#keyPrefix = cursor.keyPrefix;
    this.#state = "atKey";
    this.#keys++;
    return true;
  }

  /** The present key is the first {@linkcode keyLength} of these bytes, until the next {@linkcode next}. */
  get keyBytes(): Uint8Array {
    return this.#key;
  }

  /** The length of the present key. */
  get keyLength(): number {
    return this.#keyLength;
  }

  /** Stands on the present value, after {@linkcode nextValue}. */
  get cursor(): PairCursor {
    return this.#cursor;
  }

  /** A copy of the present key. */
  key(): Uint8Array {
    return this.#key.slice(0, this.#keyLength);
  }

  /** Goes on to the next value of the present key, where the cursor shows it, and says whether there is one. */
  nextValue(): boolean {
    if (this.#state === "atKey") {
      this.#state = "inKey";
      return true;
    }
    if (this.#state !== "inKey") return false;
    if (!this.#advance()) this.#state = "end";
    else if (!this.#isSameKey()) this.#state = "behindKey";
    return this.#state === "inKey";
  }

  #advance(): boolean {
    if (!this.#cursor.next()) return false;
    this.#pairs++;
    return true;
  }

  #isSameKey(): boolean {
    const { keyPrefix, key, keyStart, keyEnd } = this.#cursor;
    return keyPrefix === this.#keyPrefix &&
      compareRanges(key, keyStart, keyEnd, this.#key, 0, this.#keyLength) === 0;
  }
}
