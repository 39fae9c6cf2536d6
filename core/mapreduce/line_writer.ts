/** Lines of output on their way to a file. */

import { copyBytes } from "./byte_order.ts";

/** What stands between key and value in the labs' outputs. */
export const SPACE = 32;
/** What stands there in Hadoop Streaming. */
export const TAB = 9;
const LINE_FEED = 10;

/** Gathers lines in memory until {@linkcode take}; whoever adds looks at {@linkcode pending} now and then. */
export class LineWriter {
  readonly #separator: number;
  #buffer = new Uint8Array(64 * 1024);
  #end = 0;
  #lines = 0;
  #taken = 0;

  /** `separator` is the byte between key and value. */
  constructor(separator: number = SPACE) {
    this.#separator = separator;
  }

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

  /** Adds the line of the pair of `key[keyStart, keyEnd)` and `value[valueStart, valueEnd)`. */
  pair(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    this.#reserve(keyEnd - keyStart + valueEnd - valueStart + 2);
    copyBytes(this.#buffer, this.#end, key, keyStart, keyEnd);
    this.#end += keyEnd - keyStart;
    this.#buffer[this.#end++] = this.#separator;
    copyBytes(this.#buffer, this.#end, value, valueStart, valueEnd);
    this.#end += valueEnd - valueStart;
    this.#buffer[this.#end++] = LINE_FEED;
    this.#lines++;
  }

  /** Adds the line `bytes[start, end)` as it is. */
  line(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    this.#reserve(end - start + 1);
    copyBytes(this.#buffer, this.#end, bytes, start, end);
    this.#end += end - start;
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
