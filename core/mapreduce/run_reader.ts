/** Reads sorted pairs that were written as `run_format.ts` says. */

import { crc32 } from "node:zlib";
import { DamagedDataError } from "../base/errors.ts";
import { copyBytes } from "./byte_order.ts";
import { keyPrefix, type PairCursor } from "./pair_cursor.ts";
import { BLOCK_BYTES, BLOCK_HEADER_BYTES, readU32 } from "./run_format.ts";

/**
 * Reads up to `length` bytes from `offset` on, fewer only at the end of the data. At once: who walks over the values of
 * a key does not wait in between. The bytes are the reader's from then on.
 */
export type ReadNow = (offset: number, length: number) => Uint8Array;

/** Where one sorted run lies. */
export interface Run {
  readonly read: ReadNow;
  readonly offset: number;
  /** Its size in bytes; 0 for a run without pairs. */
  readonly bytes: number;
}

/** Returns the run that consists of these bytes. */
export function runInMemory(bytes: Uint8Array): Run {
  return {
    read: (offset, length) => bytes.subarray(offset, offset + length),
    offset: 0,
    bytes: bytes.length,
  };
}

/**
 * Walks over a run. A value's bytes are never overwritten, so they can be kept.
 *
 * `next` throws {@linkcode DamagedDataError} where a block is cut short or its checksum is wrong; its offset is the
 * block's within the run.
 */
export class RunReader implements PairCursor {
  readonly #run: Run;
  readonly #readBytes: number;
  /** What was read last, and where in the run it begins. */
  #buffer: Uint8Array = new Uint8Array(0);
  #bufferOffset = 0;
  /** Where in the buffer the next pair begins, and where its block ends. */
  #at = 0;
  #blockEnd = 0;
  key: Uint8Array = new Uint8Array(64);
  readonly keyStart = 0;
  keyEnd = 0;
  keyPrefix = 0;
  value: Uint8Array = this.#buffer;
  valueStart = 0;
  valueEnd = 0;

  /** `readBytes` is how much to read at a time; a block that is larger is read whole all the same. */
  constructor(run: Run, readBytes: number = 4 * BLOCK_BYTES) {
    this.#run = run;
    this.#readBytes = Math.max(readBytes, BLOCK_HEADER_BYTES);
  }

  next(): boolean {
    if (this.#at === this.#blockEnd && !this.#nextBlock()) return false;
    const shared = this.#varint();
    const rest = this.#varint();
    const valueLength = this.#varint();
    const at = this.#at;
    const end = at + rest + valueLength;
    if (end > this.#blockEnd || shared > this.keyEnd) throw this.#damaged("A pair is damaged");
    this.#setKey(shared, at, at + rest);
    this.valueStart = at + rest;
    this.valueEnd = end;
    this.#at = end;
    return true;
  }

  #setKey(shared: number, start: number, end: number): void {
    const length = shared + end - start;
    if (length > this.key.length) {
      const larger = new Uint8Array(2 * length);
      larger.set(this.key.subarray(0, shared));
      this.key = larger;
    }
    copyBytes(this.key, shared, this.#buffer, start, end);
    this.keyEnd = length;
    if (shared < 4) this.keyPrefix = keyPrefix(this.key, 0, length);
  }

  #varint(): number {
    const buffer = this.#buffer;
    let value = buffer[this.#at++]!;
    if (value < 0x80) return value;
    value &= 0x7f;
    for (let scale = 0x80; this.#at < this.#blockEnd; scale *= 0x80) {
      const byte = buffer[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw this.#damaged("A number is cut short");
  }

  #nextBlock(): boolean {
    const header = this.#at;
    const left = this.#run.bytes - this.#bufferOffset - header;
    if (left === 0) return false;
    if (left < BLOCK_HEADER_BYTES) throw this.#damaged("A block is cut short");
    this.#load(BLOCK_HEADER_BYTES);
    const length = readU32(this.#buffer, this.#at);
    if (length === 0 || BLOCK_HEADER_BYTES + length > left) {
      throw this.#damaged("The length of a block is wrong");
    }
    this.#load(BLOCK_HEADER_BYTES + length);
    const start = this.#at + BLOCK_HEADER_BYTES;
    const payload = this.#buffer.subarray(start, start + length);
    if (crc32(payload) !== readU32(this.#buffer, this.#at + 4)) {
      throw this.#damaged("The checksum of a block is wrong");
    }
    this.#at = start;
    this.#blockEnd = start + length;
    this.value = this.#buffer;
    this.keyEnd = 0;
    return true;
  }

  /** Sees to it that the next `count` bytes are in the buffer. */
  #load(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const offset = this.#bufferOffset + this.#at;
    const length = Math.min(Math.max(count, this.#readBytes), this.#run.bytes - offset);
    this.#buffer = this.#run.read(this.#run.offset + offset, length);
    this.#bufferOffset = offset;
    this.#at = 0;
    this.#blockEnd = 0;
    if (this.#buffer.length < count) throw this.#damaged("The data ends too early");
  }

  #damaged(what: string): DamagedDataError {
    return new DamagedDataError(what, this.#bufferOffset + this.#at);
  }
}
