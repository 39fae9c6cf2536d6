/**
 * The configurations that the search has been in: which operations were in order, and the state after them.
 *
 * A set of thousands of operations is remembered in a few words. All operations that returned before the first one
 * not yet in order (`front`) are in order, and whatever was called after its return is not. Of the others each has a
 * slot of its own while it is under way, and what was in a slot before has returned and is in order: so one bit a
 * slot, flipped whenever an operation of that slot is taken, tells the sets with the same front apart, exactly.
 *
 * Operations of unknown outcome have bits of their own, which are set where they took effect. Who has used fewer of
 * them has all chances of one who has used more, and otherwise is in the same place: so a configuration counts as seen
 * if one was that has used some of the same and no others.
 */

import { NEVER, type Timeline } from "./timeline.ts";

const WORDS_MAX = 2 ** 28;

/** How many configurations that differ in unknown operations only are compared: more would cost more than they save. */
const COMPARED_MAX = 64;

/** A set of configurations, and the operations of the present one. */
export class Configurations {
  readonly #slots: Int32Array;
  readonly #keys: Int32Array;
  readonly #words: Int32Array;
  readonly #stride: number;
  /** How many words there are for known operations; those for unknown ones follow. */
  readonly #knownWords: number;
  /** Of the known operations. */
  #hash = 0;
  #records: Int32Array;
  #hashes: Int32Array;
  /** Of each configuration, the next one that differs in unknown operations only, or -1. */
  #others: Int32Array;
  #table: Int32Array;
  #count = 0;
  /** Those in the table: of those that differ in unknown operations only, the first. */
  #groups = 0;

  constructor(timeline: Timeline) {
    const { slots, words, knownWords } = assignSlots(timeline);
    this.#slots = slots;
    this.#words = new Int32Array(words);
    this.#knownWords = knownWords;
    this.#keys = Int32Array.from(
      slots,
      (_, operation) => timeline.returns[operation] === NEVER ? 0 : scramble(operation + 1),
    );
    this.#stride = words + 2;
    this.#records = new Int32Array(64 * this.#stride);
    this.#hashes = new Int32Array(64);
    this.#others = new Int32Array(64);
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

  /** Adds the present operations with this front and state. Returns whether they give a chance that none gave before. */
  add(front: number, state: number): boolean {
    const hash = this.#hash ^ scramble(Math.imul(state, 0x9e37_79b1) + front);
    const mask = this.#table.length - 1;
    let place = hash & mask;
    for (let found = this.#table[place]!; found >= 0; found = this.#table[place]!) {
      if (this.#hashes[found] === hash && this.#isSame(found, front, state)) {
        if (this.#hasUsedLess(found)) return false;
        const index = this.#append(hash, front, state);
        this.#others[index] = this.#others[found]!;
        this.#others[found] = index;
        return true;
      }
      place = (place + 1) & mask;
    }
    this.#table[place] = this.#append(hash, front, state);
    if (2 * ++this.#groups > this.#table.length) this.#rehash();
    return true;
  }

  /** Whether a configuration has this front, this state, and the present known operations. */
  #isSame(index: number, front: number, state: number): boolean {
    let at = index * this.#stride;
    if (this.#records[at++] !== front || this.#records[at++] !== state) return false;
    for (let word = 0; word < this.#knownWords; word++) {
      if (this.#records[at + word] !== this.#words[word]) return false;
    }
    return true;
  }

  /** Whether this configuration, or one like it, has used no unknown operation that is not among the present ones. */
  #hasUsedLess(first: number): boolean {
    let compared = 0;
    for (let index = first; index >= 0 && compared < COMPARED_MAX; index = this.#others[index]!) {
      if (this.#isSubset(index)) return true;
      compared++;
    }
    return false;
  }

  #isSubset(index: number): boolean {
    const at = index * this.#stride + 2;
    for (let word = this.#knownWords; word < this.#words.length; word++) {
      if ((this.#records[at + word]! & ~this.#words[word]!) !== 0) return false;
    }
    return true;
  }

  #append(hash: number, front: number, state: number): number {
    if (this.#count === this.#hashes.length) this.#enlarge();
    const index = this.#count++;
    this.#hashes[index] = hash;
    this.#others[index] = -1;
    const at = index * this.#stride;
    this.#records[at] = front;
    this.#records[at + 1] = state;
    this.#records.set(this.#words, at + 2);
    return index;
  }

  #enlarge(): void {
    this.#records = doubled(this.#records);
    this.#hashes = doubled(this.#hashes);
    this.#others = doubled(this.#others);
  }

  #rehash(): void {
    const groups = this.#table.filter((index) => index >= 0);
    this.#table = new Int32Array(2 * this.#table.length).fill(-1);
    const mask = this.#table.length - 1;
    for (const index of groups) {
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

/** Gives every known operation a slot that is its own from its call to its return, and every unknown one its own. */
function assignSlots(
  { operations, events, returns }: Timeline,
): { slots: Int32Array; words: number; knownWords: number } {
  const slots = new Int32Array(operations);
  const free: number[] = [];
  const unknown: number[] = [];
  let used = 0;
  for (const event of events) {
    if (event >= operations) free.push(slots[event - operations]!);
    else if (returns[event] === NEVER) unknown.push(event);
    else slots[event] = free.pop() ?? used++;
  }
  const knownWords = (used + 31) >>> 5;
  unknown.forEach((operation, i) => slots[operation] = knownWords * 32 + i);
  return { slots, words: knownWords + ((unknown.length + 31) >>> 5), knownWords };
}

/** Spreads every bit over all of them; one-to-one. */
function scramble(value: number): number {
  let x = Math.imul(value, 0x9e37_79b1);
  x = Math.imul(x ^ (x >>> 16), 0x21f0_aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a_2d97);
  return x ^ (x >>> 15);
}
