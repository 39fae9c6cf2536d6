/**
 * The pairs that a map task holds in memory if the application can combine values: each key once, in a hash table,
 * with its values beside one another. A frequent key never takes much room, since its values are combined when
 * they fill theirs.
 */

import { copyBytes } from "./byte_order.ts";
import { RECORD_HEADER_WORDS } from "./key_sort.ts";
import { keyPrefixOfWord, type PairCursor, type ValueCursor } from "./pair_cursor.ts";
import { fnv1a } from "./partition.ts";
import type { Combine } from "./program.ts";
import { readU32, writeU32 } from "./run_format.ts";
import { PARTITION_WORD, type SortBuffer, type SortedPairs, sortRecords } from "./sort_buffer.ts";

// Words before a record (see key_sort.ts), counted backwards from it.
const HASH = 4;
/** Where the room for values begins, in words; how many bytes it has, and how many of them are in use. */
const ROOM = 3;
const ROOM_BYTES = 2;
const USED_BYTES = 1;

const INITIAL_WORDS = 1 << 14;
const INITIAL_SLOTS = 1 << 10;
const ROOM_BYTES_MIN = 16;
/** Values are combined when so much room is full; before that, it grows. */
const COMBINE_BYTES = 64;
/** A value stands after its length: in one byte, or in four behind this one. */
const LONG = 255;

/** See the head of this file. */
export class CombiningBuffer implements SortBuffer {
  readonly #partitions: number;
  readonly #bytesMax: number;
  readonly #combine: Combine;
  #words = new Uint32Array(INITIAL_WORDS);
  #bytes = new Uint8Array(this.#words.buffer);
  /** The number of words in use. The first ones are, so that no record is at 0. */
  #end = HASH;
  /** Positions of records, by hash; 0 is a free slot. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #keys = 0;
  #count = 0;

  /** `bytesMax` is where {@linkcode isFull} begins to say so. */
  constructor(partitions: number, bytesMax: number, combine: Combine) {
    this.#partitions = partitions;
    this.#bytesMax = bytesMax;
    this.#combine = combine;
  }

  get count(): number {
    return this.#count;
  }

  get size(): number {
    return this.#end * 4 + this.#slots.byteLength + this.#keys * 8;
  }

  get isFull(): boolean {
    return this.#keys > 0 && this.size >= this.#bytesMax;
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
    const hash = fnv1a(key, keyStart, keyEnd);
    const record = this.#find(hash, key, keyStart, keyEnd) ??
      this.#insert(hash, partition, key, keyStart, keyEnd);
    const needed = roomFor(valueEnd - valueStart);
    this.#count++;
    if (this.#words[record - USED_BYTES]! + needed <= this.#words[record - ROOM_BYTES]!) {
      return this.#append(record, value, valueStart, valueEnd);
    }
    // To make room may take a call of the application, which may use the memory of this value for its result.
    const own = value.slice(valueStart, valueEnd);
    this.#makeRoom(record, needed);
    this.#append(record, own, 0, own.length);
  }

  sorted(): SortedPairs {
    const positions = this.#slots.filter((record) => record !== 0);
    const { index, bounds } = sortRecords(this.#words, positions, this.#partitions);
    return {
      partition: (number) =>
        new RoomsCursor(
          this.#words,
          this.#bytes,
          index.subarray(bounds[number]!, bounds[number + 1]!),
        ),
    };
  }

  clear(): void {
    if (this.size > 2 * this.#bytesMax) {
      this.#words = new Uint32Array(INITIAL_WORDS);
      this.#bytes = new Uint8Array(this.#words.buffer);
      this.#slots = new Uint32Array(INITIAL_SLOTS);
    } else this.#slots.fill(0);
    this.#end = HASH;
    this.#keys = 0;
    this.#count = 0;
  }

  #find(hash: number, key: Uint8Array, start: number, end: number): number | undefined {
    const words = this.#words;
    const bytes = this.#bytes;
    const mask = this.#slots.length - 1;
    for (let slot = hash ^ hash >>> 15;; slot++) {
      const record = this.#slots[slot & mask]!;
      if (record === 0) return undefined;
      if (words[record - HASH] !== hash || words[record] !== end - start) continue;
      let from = start;
      for (let i = (record + RECORD_HEADER_WORDS) * 4; from < end; i++) {
        if (bytes[i] !== key[from]) break;
        from++;
      }
      if (from === end) return record;
    }
  }

  #insert(
    hash: number,
    partition: number,
    key: Uint8Array,
    start: number,
    end: number,
  ): number {
    if (2 * this.#keys >= this.#slots.length) this.#growSlots();
    const keyWords = (end - start + 3) >>> 2;
    const record = this.#allocate(HASH + RECORD_HEADER_WORDS + keyWords) + HASH;
    const room = this.#allocate(ROOM_BYTES_MIN / 4);
    const words = this.#words;
    words[record - HASH] = hash;
    words[record - ROOM] = room;
    words[record - ROOM_BYTES] = ROOM_BYTES_MIN;
    words[record - USED_BYTES] = 0;
    words[record] = end - start;
    words[record + PARTITION_WORD] = partition;
    if (keyWords > 0) words[record + RECORD_HEADER_WORDS + keyWords - 1] = 0;
    copyBytes(this.#bytes, (record + RECORD_HEADER_WORDS) * 4, key, start, end);
    this.#slots[freeSlot(this.#slots, hash)] = record;
    this.#keys++;
    return record;
  }

  /** Combines the values of a key if they take much room already, or gives them more. */
  #makeRoom(record: number, needed: number): void {
    const room = this.#words[record - ROOM_BYTES]!;
    if (room >= COMBINE_BYTES) this.#combineRoom(record);
    const wanted = this.#words[record - USED_BYTES]! + needed;
    // A result that leaves little room would be combined again with every new value.
    if (room >= COMBINE_BYTES ? 2 * wanted <= room : wanted <= room) return;
    const start = this.#words[record - ROOM]! * 4;
    const bytes = Math.max(2 * room, 2 * wanted + 3 & ~3);
    const larger = this.#allocate(bytes / 4);
    this.#bytes.copyWithin(larger * 4, start, start + this.#words[record - USED_BYTES]!);
    this.#words[record - ROOM] = larger;
    this.#words[record - ROOM_BYTES] = bytes;
  }

  #combineRoom(record: number): void {
    const bytes = this.#bytes;
    const start = this.#words[record - ROOM]! * 4;
    const end = start + this.#words[record - USED_BYTES]!;
    if (valueEndAt(bytes, start) === end) return;
    const keyStart = (record + RECORD_HEADER_WORDS) * 4;
    const keyEnd = keyStart + this.#words[record]!;
    const combined = this.#combine(bytes, keyStart, keyEnd, new RoomValues(bytes, start, end));
    // What is combined may be one of the values, and lie where it is to be written.
    const value = combined.buffer === bytes.buffer ? combined.slice() : combined;
    this.#words[record - USED_BYTES] = 0;
    const needed = roomFor(value.length);
    if (needed > this.#words[record - ROOM_BYTES]!) {
      this.#words[record - ROOM] = this.#allocate((needed + 3) >>> 2);
      this.#words[record - ROOM_BYTES] = needed + 3 & ~3;
    }
    this.#append(record, value, 0, value.length);
  }

  /** Adds a value for which there is room. */
  #append(record: number, value: Uint8Array, start: number, end: number): void {
    const used = this.#words[record - USED_BYTES]!;
    const length = end - start;
    let at = this.#words[record - ROOM]! * 4 + used;
    if (length < LONG) this.#bytes[at++] = length;
    else {
      this.#bytes[at] = LONG;
      writeU32(this.#bytes, at + 1, length);
      at += 5;
    }
    copyBytes(this.#bytes, at, value, start, end);
    this.#words[record - USED_BYTES] = used + roomFor(length);
  }

  #allocate(words: number): number {
    const start = this.#end;
    this.#end += words;
    if (this.#end > this.#words.length) {
      const larger = new Uint32Array(Math.max(this.#end, this.#words.length * 2));
      larger.set(this.#words);
      this.#words = larger;
      this.#bytes = new Uint8Array(larger.buffer);
    }
    return start;
  }

  #growSlots(): void {
    const larger = new Uint32Array(this.#slots.length * 2);
    for (const record of this.#slots) {
      if (record !== 0) larger[freeSlot(larger, this.#words[record - HASH]!)] = record;
    }
    this.#slots = larger;
  }
}

/** Walks over the values of each key. */
class RoomsCursor implements PairCursor {
  readonly #words: Uint32Array;
  readonly #index: Uint32Array;
  #next = 0;
  #at = 0;
  #roomEnd = 0;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  keyStart = 0;
  keyEnd = 0;
  keyPrefix = 0;
  valueStart = 0;
  valueEnd = 0;

  constructor(words: Uint32Array, bytes: Uint8Array, index: Uint32Array) {
    this.#words = words;
    this.#index = index;
    this.key = bytes;
    this.value = bytes;
  }

  next(): boolean {
    if (this.#at === this.#roomEnd) {
      if (this.#next === this.#index.length) return false;
      this.#enter(this.#index[this.#next++]!);
    }
    this.valueEnd = valueEndAt(this.value, this.#at);
    this.valueStart = this.#at + (this.value[this.#at] === LONG ? 5 : 1);
    this.#at = this.valueEnd;
    return true;
  }

  #enter(record: number): void {
    const words = this.#words;
    this.#at = words[record - ROOM]! * 4;
    this.#roomEnd = this.#at + words[record - USED_BYTES]!;
    this.keyStart = (record + RECORD_HEADER_WORDS) * 4;
    this.keyEnd = this.keyStart + words[record]!;
    this.keyPrefix = this.keyEnd === this.keyStart
      ? 0
      : keyPrefixOfWord(words[record + RECORD_HEADER_WORDS]!);
  }
}

/** The number of bytes that a value takes. */
function roomFor(length: number): number {
  return length + (length < LONG ? 1 : 5);
}

/** Returns where the value ends whose length stands at `at`. */
function valueEndAt(bytes: Uint8Array, at: number): number {
  const length = bytes[at]!;
  return length === LONG ? at + 5 + readU32(bytes, at + 1) : at + 1 + length;
}

/** Walks over the values in one room. */
class RoomValues implements ValueCursor {
  readonly value: Uint8Array;
  #at: number;
  readonly #end: number;
  valueStart = 0;
  valueEnd = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.value = bytes;
    this.#at = start;
    this.#end = end;
  }

  nextValue(): boolean {
    if (this.#at === this.#end) return false;
    this.valueStart = this.#at + (this.value[this.#at] === LONG ? 5 : 1);
    this.valueEnd = this.#at = valueEndAt(this.value, this.#at);
    return true;
  }
}

function freeSlot(slots: Uint32Array, hash: number): number {
  const mask = slots.length - 1;
  let slot = hash ^ hash >>> 15;
  while (slots[slot & mask] !== 0) slot++;
  return slot & mask;
}
