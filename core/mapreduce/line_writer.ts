/** Lines of output on their way to a file. */

import { copyBytes } from "./byte_order.ts";

const SPACE = 32;
const LINE_FEED = 10;

/** Gathers lines in memory until {@linkcode take}; whoever adds looks at {@linkcode pending} now and then. */
export class LineWriter {
  #buffer = new Uint8Array(64 * 1024);
  #end = 0;
  #lines = 0;
  #taken = 0;

  /** The number of bytes that are waiting to be taken. */
  get pending(): number {
    return this.#end;
  }

  /** The number of lines so far. */
  get lines(): number {
    return this.#lines;
  }

  /** The number of bytes so far, taken or not. */
  get length(): number {
    return this.#taken + this.#end;
  }

  /** Adds the line `key value`, of the first bytes of each. */
  pair(key: Uint8Array, keyLength: number, value: Uint8Array, valueLength: number): void {
    this.#reserve(keyLength + valueLength + 2);
    copyBytes(this.#buffer, this.#end, key, 0, keyLength);
    this.#end += keyLength;
    this.#buffer[this.#end++] = SPACE;
    copyBytes(this.#buffer, this.#end, value, 0, valueLength);
    this.#end += valueLength;
    this.#buffer[this.#end++] = LINE_FEED;
    this.#lines++;
  }

  /** Adds a line as it is. */
  line(line: Uint8Array): void {
    this.#reserve(line.length + 1);
    copyBytes(this.#buffer, this.#end, line, 0, line.length);
    this.#end += line.length;
    this.#buffer[this.#end++] = LINE_FEED;
    this.#lines++;
  }

  /** Returns all bytes since the last time. They are valid until the next line. */
  take(): Uint8Array {
    const bytes = this.#buffer.subarray(0, this.#end);
    this.#taken += this.#end;
    this.#end = 0;
    return bytes;
  }

  #reserve(count: number): void {
    const needed = this.#end + count;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = larger;
  }
}
