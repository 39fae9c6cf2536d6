/** The pairs that a map task holds in memory, one behind the other in one piece of it, until they are sorted. */

import { copyBytes } from "./byte_order.ts";
import { RECORD_HEADER_WORDS } from "./key_sort.ts";
import { keyPrefixOfWord, type PairCursor } from "./pair_cursor.ts";
import { type SortBuffer, type SortedPairs, sortRecords } from "./sort_buffer.ts";

const INITIAL_WORDS = 1 << 16;
/** What a pair costs beside its record, in bytes: its place in the index, and one more to sort it. */
const INDEX_BYTES = 8;

/** Takes pairs in any order, and gives those of each partition in the order of their keys. */
export class PairBuffer implements SortBuffer {
  readonly #partitions: number;
  readonly #bytesMax: number;
  #words = new Uint32Array(INITIAL_WORDS);
  #bytes = new Uint8Array(this.#words.buffer);
  /** The number of words in use. */
  #end = 0;
  #count = 0;

  /** `bytesMax` is where {@linkcode isFull} begins to say so; a larger pair is taken all the same. */
  constructor(partitions: number, bytesMax: number) {
    this.#partitions = partitions;
    this.#bytesMax = bytesMax;
  }

  get count(): number {
    return this.#count;
  }

  get size(): number {
    return this.#end * 4 + this.#count * INDEX_BYTES;
  }

  get isFull(): boolean {
    return this.size >= this.#bytesMax;
  }

  add(
    partition: number,
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    const keyWords = (keyLength + 3) >>> 2;
    const end = this.#end + RECORD_HEADER_WORDS + keyWords + ((valueLength + 3) >>> 2);
    if (end > this.#words.length) this.#grow(end);
    let at = this.#end;
    this.#words[at++] = keyLength;
    this.#words[at++] = valueLength;
    this.#words[at++] = partition;
    if (keyWords > 0) this.#words[at + keyWords - 1] = 0;
    copyBytes(this.#bytes, at * 4, key, keyStart, keyEnd);
    copyBytes(this.#bytes, (at + keyWords) * 4, value, valueStart, valueEnd);
    this.#end = end;
    this.#count++;
  }

  sorted(): SortedPairs {
    const words = this.#words;
    const positions = new Uint32Array(this.#count);
    let at = 0;
    for (let i = 0; i < this.#count; i++) {
      positions[i] = at;
      at += RECORD_HEADER_WORDS + ((words[at]! + 3) >>> 2) + ((words[at + 1]! + 3) >>> 2);
    }
    const { index, bounds } = sortRecords(words, positions, this.#partitions);
    return {
      partition: (number) =>
        new BufferCursor(words, this.#bytes, index, bounds[number]!, bounds[number + 1]!),
    };
  }

  clear(): void {
    this.#end = 0;
    this.#count = 0;
    if (this.#words.byteLength > 2 * Math.max(this.#bytesMax, INITIAL_WORDS * 4)) {
      this.#replace(new Uint32Array(INITIAL_WORDS));
    }
  }

  #grow(words: number): void {
    const larger = new Uint32Array(Math.max(words, this.#words.length * 2));
    larger.set(this.#words.subarray(0, this.#end));
    this.#replace(larger);
  }

  #replace(words: Uint32Array<ArrayBuffer>): void {
    this.#words = words;
    this.#bytes = new Uint8Array(words.buffer);
  }
}

class BufferCursor implements PairCursor {
  readonly #words: Uint32Array;
  readonly #index: Uint32Array;
  readonly #last: number;
  #next: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  keyStart = 0;
  keyEnd = 0;
  keyPrefix = 0;
  valueStart = 0;
  valueEnd = 0;

  constructor(
    words: Uint32Array,
    bytes: Uint8Array,
    index: Uint32Array,
    first: number,
    last: number,
  ) {
    this.#words = words;
    this.#index = index;
    this.#next = first;
    this.#last = last;
    this.key = bytes;
    this.value = bytes;
  }

  next(): boolean {
    if (this.#next === this.#last) return false;
    const record = this.#index[this.#next++]!;
    const keyLength = this.#words[record]!;
    const keyAt = record + RECORD_HEADER_WORDS;
    this.keyStart = keyAt * 4;
    this.keyEnd = this.keyStart + keyLength;
    this.keyPrefix = keyLength > 0 ? keyPrefixOfWord(this.#words[keyAt]!) : 0;
    this.valueStart = (keyAt + ((keyLength + 3) >>> 2)) * 4;
    this.valueEnd = this.valueStart + this.#words[record + 1]!;
    return true;
  }
}
