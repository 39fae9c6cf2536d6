/** Counts byte strings without making an object of any: open addressing over one array of integers and one of bytes. */

import { copyBytes } from "./byte_order.ts";

/** A slot: hash, count (0: free), where the string begins, its length. */
const SLOT_INTS = 4;
const SLOTS_MIN = 1 << 10;
const ARENA_MIN = 1 << 14;

/** How often each of a set of byte strings was added. */
export class CountTable {
  #slots = new Int32Array(SLOTS_MIN * SLOT_INTS);
  #mask = SLOTS_MIN - 1;
  #arena = new Uint8Array(ARENA_MIN);
  #arenaEnd = 0;
  #size = 0;

  /** The number of different strings. */
  get size(): number {
    return this.#size;
  }

  /** The memory that is in use, in bytes. */
  get bytes(): number {
    return this.#slots.byteLength + this.#arenaEnd;
  }

  /**
   * Adds `source[start, end)` once more. `hash` is a 32-bit integer that follows from those bytes, the same way for all
   * strings of this table.
   */
  add(source: Uint8Array, start: number, end: number, hash: number): void {
    const slots = this.#slots;
    const arena = this.#arena;
    const length = end - start;
    for (let slot = hash ^ hash >>> 15;; slot++) {
      const at = (slot & this.#mask) * SLOT_INTS;
      const count = slots[at + 1]!;
      if (count === 0) break;
      if (slots[at] !== hash || slots[at + 3] !== length) continue;
      let from = start;
      for (let i = slots[at + 2]!; from < end && arena[i] === source[from]; i++) from++;
      if (from === end) {
        slots[at + 1] = count + 1;
        return;
      }
    }
    this.#insert(source, start, end, hash);
  }

  /**
   * Calls `take` for each string, as `arena[start, end)`, with how often it was added; then the table is empty. No
   * count is above 2^31 - 1, or the caller has not drained in time.
   */
  drain(take: (arena: Uint8Array, start: number, end: number, count: number) => void): void {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += SLOT_INTS) {
      if (slots[at + 1] === 0) continue;
      const start = slots[at + 2]!;
      take(this.#arena, start, start + slots[at + 3]!, slots[at + 1]!);
    }
    slots.fill(0);
    this.#arenaEnd = 0;
    this.#size = 0;
  }

  #insert(source: Uint8Array, start: number, end: number, hash: number): void {
    if (2 * this.#size >= this.#mask) this.#growSlots();
    const arenaEnd = this.#arenaEnd + end - start;
    if (arenaEnd > this.#arena.length) this.#growArena(arenaEnd);
    copyBytes(this.#arena, this.#arenaEnd, source, start, end);
    const at = this.#freeSlot(this.#slots, hash);
    this.#slots[at] = hash;
    this.#slots[at + 1] = 1;
    this.#slots[at + 2] = this.#arenaEnd;
    this.#slots[at + 3] = end - start;
    this.#arenaEnd = arenaEnd;
    this.#size++;
  }

  #freeSlot(slots: Int32Array, hash: number): number {
    let slot = hash ^ hash >>> 15;
    while (slots[(slot & this.#mask) * SLOT_INTS + 1] !== 0) slot++;
    return (slot & this.#mask) * SLOT_INTS;
  }

  #growSlots(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    this.#mask = slots.length / SLOT_INTS - 1;
    for (let from = 0; from < old.length; from += SLOT_INTS) {
      if (old[from + 1] === 0) continue;
      const at = this.#freeSlot(slots, old[from]!);
      for (let i = 0; i < SLOT_INTS; i++) slots[at + i] = old[from + i]!;
    }
    this.#slots = slots;
  }

  #growArena(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.#arena.length * 2));
    larger.set(this.#arena.subarray(0, this.#arenaEnd));
    this.#arena = larger;
  }
}
