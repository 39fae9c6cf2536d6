/**
 * The configurations that the search has been in: which operations were in order, and the state after them.
 *
 * A set of thousands of operations is remembered in a few words. All operations that returned before the first one
 * not yet in order (`front`) are in order, and whatever was called after its return is not. Of the others each has a
 * slot of its own while it is under way, and what was in a slot before has returned and is in order: so one bit a
 * slot, flipped whenever an operation of that slot is taken, tells the sets with the same front apart, exactly.
 */

import type { Timeline } from "./timeline.ts";

const WORDS_MAX = 2 ** 28;

/** A set of configurations, and the operations of the present one. */
export class Configurations {
  readonly #slots: Int32Array;
  readonly #keys: Int32Array;
  readonly #words: Int32Array;
  readonly #stride: number;
  #hash = 0;
  #records: Int32Array;
  #hashes: Int32Array;
  #table: Int32Array;
  #count = 0;

  constructor(timeline: Timeline) {
    const { slots, words } = assignSlots(timeline);
    this.#slots = slots;
    this.#words = new Int32Array(words);
    this.#keys = Int32Array.from(slots, (_, operation) => scramble(operation + 1));
    this.#stride = words + 2;
    this.#records = new Int32Array(64 * this.#stride);
    this.#hashes = new Int32Array(64);
    this.#table = new Int32Array(256).fill(-1);
  }

  /** How many there are. */
  get size(): number {
    return this.#count;
  }

  /** Whether more of them would take more memory than is reasonable. */
  get isFull(): boolean {
    return this.#count * this.#stride > WORDS_MAX;
  }

  /** Takes an operation in, or out again. */
  flip(operation: number): void {
    const slot = this.#slots[operation]!;
    this.#words[slot >>> 5]! ^= 1 << (slot & 31);
    this.#hash ^= this.#keys[operation]!;
  }

  /** Adds the present operations with this front and state. Returns whether they are new. */
  add(front: number, state: number): boolean {
    const hash = this.#hash ^ scramble(Math.imul(state, 0x9e37_79b1) + front);
    const mask = this.#table.length - 1;
    let place = hash & mask;
    for (let found = this.#table[place]!; found >= 0; found = this.#table[place]!) {
      if (this.#hashes[found] === hash && this.#equals(found, front, state)) return false;
      place = (place + 1) & mask;
    }
    this.#table[place] = this.#count;
    this.#append(hash, front, state);
    return true;
  }

  #equals(index: number, front: number, state: number): boolean {
    let at = index * this.#stride;
    if (this.#records[at++] !== front || this.#records[at++] !== state) return false;
    for (let word = 0; word < this.#words.length; word++) {
      if (this.#records[at + word] !== this.#words[word]) return false;
    }
    return true;
  }

  #append(hash: number, front: number, state: number): void {
    if (this.#count === this.#hashes.length) this.#grow();
    this.#hashes[this.#count] = hash;
    const at = this.#count++ * this.#stride;
    this.#records[at] = front;
    this.#records[at + 1] = state;
    this.#records.set(this.#words, at + 2);
  }

  #grow(): void {
    this.#records = doubled(this.#records);
    this.#hashes = doubled(this.#hashes);
    this.#table = new Int32Array(2 * this.#table.length).fill(-1);
    const mask = this.#table.length - 1;
    for (let index = 0; index < this.#count; index++) {
      let place = this.#hashes[index]! & mask;
      while (this.#table[place]! >= 0) place = (place + 1) & mask;
      this.#table[place] = index;
    }
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/** Gives every operation a slot that is its own from its call to its return. */
function assignSlots({ operations, events }: Timeline): { slots: Int32Array; words: number } {
  const slots = new Int32Array(operations);
  const free: number[] = [];
  let used = 0;
  for (const event of events) {
    if (event >= operations) free.push(slots[event - operations]!);
    else slots[event] = free.pop() ?? used++;
  }
  return { slots, words: (used + 31) >>> 5 };
}

/** Spreads every bit over all of them; one-to-one. */
function scramble(value: number): number {
  let x = Math.imul(value, 0x9e37_79b1);
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return x ^ (x >>> 15);
}
