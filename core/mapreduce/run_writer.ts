/** Writes sorted pairs as `run_format.ts` says. */

import { crc32 } from "node:zlib";
import { copyBytes } from "./byte_order.ts";
import { BLOCK_BYTES, BLOCK_HEADER_BYTES, writeU32 } from "./run_format.ts";

/** Three varints of at most five bytes. */
const PAIR_HEADER_BYTES_MAX = 15;

/**
 * Turns pairs, which must come in the order of their keys, into blocks. The blocks gather in memory until
 * {@linkcode take}; whoever adds looks at {@linkcode pending} now and then.
 */
export class RunWriter {
  #buffer = new Uint8Array(2 * BLOCK_BYTES);
  /** Where the block being filled begins. */
  #blockStart = 0;
  #end = BLOCK_HEADER_BYTES;
  /** Where the key before stands, in a copy: its own bytes may lack those it shares. */
  #lastKey = new Uint8Array(256);
  #lastKeyLength = 0;
  #taken = 0;

  /** The number of bytes that are waiting to be taken. */
  get pending(): number {
    return this.#end -
      (this.#end === this.#blockStart + BLOCK_HEADER_BYTES ? BLOCK_HEADER_BYTES : 0);
  }

  /** The number of bytes so far, taken or not, as if the last block were closed. */
  get length(): number {
    return this.#taken + this.pending;
  }

  /** Adds the pair of `key[keyStart, keyEnd)` and `value[valueStart, valueEnd)`. */
  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    const keyLength = keyEnd - keyStart;
    const valueLength = valueEnd - valueStart;
    this.#reserve(PAIR_HEADER_BYTES_MAX + keyLength + valueLength);
    let shared = 0;
    if (this.#end > this.#blockStart + BLOCK_HEADER_BYTES) {
      const last = this.#lastKey;
      const length = Math.min(keyLength, this.#lastKeyLength);
      while (shared < length && last[shared] === key[keyStart + shared]) shared++;
    }
    this.#rememberKey(key, keyStart + shared, keyEnd, shared);
    const buffer = this.#buffer;
    let at = this.#end;
    at = writeVarint(buffer, at, shared);
    at = writeVarint(buffer, at, keyLength - shared);
    at = writeVarint(buffer, at, valueLength);
    copyBytes(buffer, at, key, keyStart + shared, keyEnd);
    at += keyLength - shared;
    copyBytes(buffer, at, value, valueStart, valueEnd);
    this.#end = at + valueLength;
    if (this.#end - this.#blockStart >= BLOCK_HEADER_BYTES + BLOCK_BYTES) this.#closeBlock();
  }

  /**
   * Closes the block being filled, and returns all blocks since the last time. The bytes are valid until the next
   * {@linkcode add}.
   */
  take(): Uint8Array {
    if (this.#end > this.#blockStart + BLOCK_HEADER_BYTES) this.#closeBlock();
    const blocks = this.#buffer.subarray(0, this.#blockStart);
    this.#taken += this.#blockStart;
    this.#blockStart = 0;
    this.#end = BLOCK_HEADER_BYTES;
    return blocks;
  }

  #closeBlock(): void {
    const payload = this.#buffer.subarray(this.#blockStart + BLOCK_HEADER_BYTES, this.#end);
    writeU32(this.#buffer, this.#blockStart, payload.length);
    writeU32(this.#buffer, this.#blockStart + 4, crc32(payload));
    this.#blockStart = this.#end;
    this.#reserve(BLOCK_HEADER_BYTES);
    this.#end += BLOCK_HEADER_BYTES;
  }

  #rememberKey(key: Uint8Array, start: number, end: number, shared: number): void {
    const length = shared + end - start;
    if (length > this.#lastKey.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.#lastKey.subarray(0, shared));
      this.#lastKey = larger;
    }
    copyBytes(this.#lastKey, shared, key, start, end);
    this.#lastKeyLength = length;
  }

  #reserve(count: number): void {
    const needed = this.#end + count;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }
}

function writeVarint(bytes: Uint8Array, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    bytes[at++] = rest & 0x7f | 0x80;
    rest >>>= 7;
  }
  bytes[at++] = rest;
  return at;
}
