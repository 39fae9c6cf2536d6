/** Counts words without making an object of any: open addressing over arrays of integers, and one array of bytes. */

import { copyBytes } from "./byte_order.ts";

/**
 * An entry: the first and the second four bytes of the word (filled up with zeros, the first byte as the least
 * significant), the hash, the count, where in the arena the word stands, its length.
 */
const ENTRY_INTS = 6;
const HASH = 2;
const COUNT = 3;
const START = 4;
const LENGTH = 5;
/** So much of a word is in its entry: words that are no longer are compared without a look at the arena. */
const WORD_IN_ENTRY = 8;

const SLOTS_MIN = 1 << 8;
const ARENA_MIN = 1 << 12;
const HASH_FACTOR = 0x2c1b3c6d;

/** How often each of a set of words was added. */
export class WordTable {
  /** Where the entry of a word is, by its hash; 0 is a free slot. */
  #slots = new Int32Array(SLOTS_MIN);
  #mask = SLOTS_MIN - 1;
  /** The first entry is left free. Frequent words come early, so theirs lie close together. */
  #entries = new Int32Array(SLOTS_MIN * ENTRY_INTS);
  #arena = new Uint8Array(ARENA_MIN);
  #arenaEnd = 0;
  #size = 0;

  /** The number of different words. */
  get size(): number {
    return this.#size;
  }

  /** The memory that is in use, in bytes. */
  get bytes(): number {
    return this.#slots.byteLength + this.#size * ENTRY_INTS * 4 + this.#arenaEnd;
  }

  /**
   * Adds the word `source[start, end)` once more. `first` and `second` are its first and second four bytes, `rest` is
   * what {@linkcode mixBlock} makes of the others.
   */
  add(
    first: number,
    second: number,
    rest: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    const mixed = Math.imul(rest ^ first, 0x9e3779b1) ^ second;
    const hash = Math.imul(mixed ^ mixed >>> 15, 0x85ebca6b);
    const entries = this.#entries;
    for (let slot = hash ^ hash >>> 15;; slot++) {
      const at = this.#slots[slot & this.#mask]!;
      if (at === 0) break;
      if (
        entries[at] !== first || entries[at + 1] !== second || entries[at + HASH] !== hash ||
        entries[at + LENGTH] !== end - start
      ) continue;
      if (end - start > WORD_IN_ENTRY && !this.#isAt(entries[at + START]!, source, start, end)) {
        continue;
      }
      entries[at + COUNT]!++;
      return;
    }
    this.#insert(first, second, hash, source, start, end);
  }

  /** Adds the word `source[start, end)` once more, and works out the rest. */
  addBytes(source: Uint8Array, start: number, end: number): void {
    const first = blockAt(source, start, end);
    const second = blockAt(source, start + 4, end);
    let rest = 0;
    // A word of whole blocks ends with an empty one, as for whoever does not know the end beforehand.
    if (end - start >= WORD_IN_ENTRY) {
      for (let at = start + WORD_IN_ENTRY; at <= end; at += 4) {
        rest = mixBlock(rest, blockAt(source, at, end));
      }
    }
    this.add(first, second, rest, source, start, end);
  }

  /**
   * Calls `take` for each word, as `arena[start, end)`, with how often it was added; then the table is empty. No
   * count is above 2^31 - 1, or the caller has not drained in time.
   */
  drain(take: (arena: Uint8Array, start: number, end: number, count: number) => void): void {
    const entries = this.#entries;
    for (let i = 1; i <= this.#size; i++) {
      const at = i * ENTRY_INTS;
      const start = entries[at + START]!;
      take(this.#arena, start, start + entries[at + LENGTH]!, entries[at + COUNT]!);
    }
    this.#slots.fill(0);
    this.#arenaEnd = 0;
    this.#size = 0;
  }

  #isAt(place: number, source: Uint8Array, start: number, end: number): boolean {
    const arena = this.#arena;
    let from = start + WORD_IN_ENTRY;
    for (let i = place + WORD_IN_ENTRY; from < end && arena[i] === source[from]; i++) from++;
    return from === end;
  }

  #insert(
    first: number,
    second: number,
    hash: number,
    source: Uint8Array,
    start: number,
    end: number,
  ): void {
    if (4 * this.#size >= 3 * this.#mask) this.#growSlots();
    const arenaEnd = this.#arenaEnd + end - start;
    if (arenaEnd > this.#arena.length) this.#growArena(arenaEnd);
    copyBytes(this.#arena, this.#arenaEnd, source, start, end);
    this.#size++;
    const at = this.#size * ENTRY_INTS;
    if (at === this.#entries.length) this.#growEntries();
    const entries = this.#entries;
    entries[at] = first;
    entries[at + 1] = second;
    entries[at + HASH] = hash;
    entries[at + COUNT] = 1;
    entries[at + START] = this.#arenaEnd;
    entries[at + LENGTH] = end - start;
    this.#arenaEnd = arenaEnd;
    this.#occupy(this.#slots, hash, at);
  }

  #occupy(slots: Int32Array, hash: number, at: number): void {
    let slot = hash ^ hash >>> 15;
    while (slots[slot & this.#mask] !== 0) slot++;
    slots[slot & this.#mask] = at;
  }

  #growSlots(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    this.#mask = slots.length - 1;
    for (let i = 1; i <= this.#size; i++) {
      this.#occupy(slots, this.#entries[i * ENTRY_INTS + HASH]!, i * ENTRY_INTS);
    }
    this.#slots = slots;
  }

  #growEntries(): void {
    const larger = new Int32Array(this.#entries.length * 2);
    larger.set(this.#entries);
    this.#entries = larger;
  }

  #growArena(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#arena.length * 2));
    larger.set(this.#arena.subarray(0, this.#arenaEnd));
    this.#arena = larger;
  }
}

/** Mixes the next four bytes of a long word into `rest`; the last block, of less than four, ends it. */
export function mixBlock(rest: number, block: number): number {
  const mixed = Math.imul(rest ^ block, HASH_FACTOR);
  return mixed ^ mixed >>> 13;
}

/** The four bytes at `at`, as far as they are before `end`, the first one as the least significant. */
function blockAt(source: Uint8Array, at: number, end: number): number {
  let block = 0;
  for (let i = Math.min(at + 4, end) - 1; i >= at; i--) block = block << 8 | source[i]!;
  return block;
}
