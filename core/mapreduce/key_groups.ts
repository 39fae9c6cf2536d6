/** Groups a sorted walk by key, for combining and reducing. */

import { NO_BYTES } from "../base/bytes.ts";
import { compareRanges, copyBytes } from "./byte_order.ts";
import type { PairCursor, ValueCursor } from "./pair_cursor.ts";

/** Keys are copied into pieces of memory of this size, so that most cost no allocation. */
const SLAB_BYTES = 32 * 1024;

/**
 * Goes from key to key, and on each from value to value. It holds no values: they may be more than fit into memory.
 *
 * @example
 * ```ts
 * import { KeyGroups } from "./key_groups.ts";
 * import { PairBuffer } from "./pair_buffer.ts";
 *
 * const buffer = new PairBuffer(1, 1 << 20);
 * const groups = new KeyGroups(buffer.sorted().partition(0));
 * while (groups.next()) {
 *   const key = groups.key();
 *   while (groups.nextValue()) console.log(key, groups.value.subarray(groups.valueStart, groups.valueEnd));
 * }
 * ```
 */
export class KeyGroups implements ValueCursor {
  readonly #cursor: PairCursor;
  #keyBytes: Uint8Array = NO_BYTES;
  #keyStart = 0;
  #keyEnd = 0;
  #keyPrefix = 0;
  /** Where the cursor is: before the first value of the present key, on one, behind the last, at the end of all. */
  #state: "start" | "atKey" | "inKey" | "behindKey" | "end" = "start";
  #keys = 0;
  #pairs = 0;

  constructor(cursor: PairCursor) {
    this.#cursor = cursor;
  }

  /** The number of keys so far. */
  get keys(): number {
    return this.#keys;
  }

  /** The number of pairs so far. */
  get pairs(): number {
    return this.#pairs;
  }

  /** The present key is `keyBytes[keyStart, keyEnd)`. These bytes are never overwritten. */
  get keyBytes(): Uint8Array {
    return this.#keyBytes;
  }
  get keyStart(): number {
    return this.#keyStart;
  }
  get keyEnd(): number {
    return this.#keyEnd;
  }

  // The present value, after `nextValue`. It stays what it is if the cursor's values do.
  get value(): Uint8Array {
    return this.#cursor.value;
  }
  get valueStart(): number {
    return this.#cursor.valueStart;
  }
  get valueEnd(): number {
    return this.#cursor.valueEnd;
  }

  /** The present key. */
  key(): Uint8Array {
    return this.#keyBytes.subarray(this.#keyStart, this.#keyEnd);
  }

  /** Goes on to the next key, passing over values that nobody looked at, and says whether there is one. */
  next(): boolean {
    while (this.nextValue());
    if (this.#state === "start" && !this.#advance()) this.#state = "end";
    if (this.#state === "end") return false;
    this.#copyKey();
    this.#state = "atKey";
    this.#keys++;
    return true;
  }

  /** Goes on to the next value of the present key, and says whether there is one. */
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

  #copyKey(): void {
    const { key, keyStart, keyEnd, keyPrefix } = this.#cursor;
    const length = keyEnd - keyStart;
    this.#keyStart = this.#keyEnd;
    this.#keyEnd += length;
    if (this.#keyEnd > this.#keyBytes.length) {
      this.#keyBytes = new Uint8Array(Math.max(length, SLAB_BYTES));
      this.#keyStart = 0;
      this.#keyEnd = length;
    }
    copyBytes(this.#keyBytes, this.#keyStart, key, keyStart, keyEnd);
    this.#keyPrefix = keyPrefix;
  }

  #advance(): boolean {
    if (!this.#cursor.next()) return false;
    this.#pairs++;
    return true;
  }

  #isSameKey(): boolean {
    const { keyPrefix, key, keyStart, keyEnd } = this.#cursor;
    return keyPrefix === this.#keyPrefix &&
      compareRanges(key, keyStart, keyEnd, this.#keyBytes, this.#keyStart, this.#keyEnd) === 0;
  }
}
