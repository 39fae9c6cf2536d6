/**
 * From a client's bytes to requests. The bytes are read straight into the parser's buffer, and the words of a
 * request are views into it: nothing is copied but the beginning of a request that is not complete yet. The
 * parser remembers how far it came, so a request costs the same in one piece and byte by byte.
 */

import type { ByteBudget } from "./byte_budget.ts";
import { inlineWords } from "./inline_words.ts";
import type { RequestLimits } from "./limits.ts";
import { RespProtocolError, type RespRequest } from "./request.ts";

/** The buffer of a client that says little: there may be thousands of them. */
const BUFFER_BYTES = 1024;
/** How far a buffer grows only to make reading faster. */
const COMFORT_BYTES = 64 * 1024;
/** The longest request in a line, as in Redis. */
const INLINE_BYTES_MAX = 64 * 1024;
/** The longest line with a number. */
const COUNT_BYTES_MAX = 32;

const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;

/** Takes one client's bytes in, and gives its requests out. */
export class RequestParser {
  readonly #limits: RequestLimits;
  readonly #budget: ByteBudget;
  #buffer = new Uint8Array(BUFFER_BYTES);
  /** Where the request begins that is not given out, how far it is parsed, and where the bytes end. */
  #start = 0;
  #at = 0;
  #end = 0;
  /** From `#at` to here there is no line end. */
  #searched = 0;
  /** Words that the present request still lacks; 0 between requests. */
  #wordsLeft = 0;
  /** What is left of the word at `#at`, with the line end behind it; -1 if its length is not known. */
  #wordRest = -1;
  /** Where each word of the present request begins and ends, from `#start` on. */
  #places: number[] = [];
  /** Why the present request is skipped, if it is. */
  #refusal: string | undefined;
  /** Whether the client may send long requests. */
  isTrusted: boolean;

  /** What the parser keeps beyond a small buffer it takes from `budget`. */
  constructor(limits: RequestLimits, budget: ByteBudget, isTrusted: boolean) {
    this.#limits = limits;
    this.#budget = budget;
    this.isTrusted = isTrusted;
  }

  /** Whether a request has begun and is not complete. */
  get isWithinRequest(): boolean {
    return this.#wordsLeft > 0 || this.#end > this.#start;
  }

  /** The memory that the parser holds, in bytes. */
  get heldBytes(): number {
    return this.#buffer.length;
  }

  /**
   * Returns where to put the next bytes, at least one. The requests given out so far are void from here on.
   *
   * @throws {RespProtocolError} If there is no memory left for them.
   */
  space(): Uint8Array {
    this.#moveToFront();
    if (this.#end === this.#buffer.length && !this.#resize(this.#buffer.length * 2)) {
      throw new RespProtocolError("too many unfinished requests");
    }
    return this.#buffer.subarray(this.#end);
  }

  /** Says that `count` bytes were put into {@linkcode space}. */
  filled(count: number): void {
    this.#end += count;
  }

  /** Gives the memory back. The parser is not to be used any more. */
  close(): void {
    this.#budget.give(this.#buffer.length - BUFFER_BYTES);
    this.#buffer = new Uint8Array(BUFFER_BYTES);
  }

  /**
   * Appends complete requests to `into`, until it has `max`.
   *
   * @throws {RespProtocolError} At the first byte that makes no sense. What came before it has been appended.
   */
  take(max: number, into: RespRequest[]): void {
    while (into.length < max) {
      const request = this.#next();
      if (request === undefined) return;
      into.push(request);
    }
  }

  #next(): RespRequest | undefined {
    while (this.#wordsLeft === 0) {
      this.#start = this.#at;
      if (this.#at === this.#end) return undefined;
      if (this.#buffer[this.#at] === STAR) {
        const count = this.#count("mbulk", "multibulk");
        if (count === undefined) return undefined;
        this.#wordsLeft = this.#checkedWords(count);
      } else {
        const line = this.#line(INLINE_BYTES_MAX, "too big inline request");
        if (line === undefined) return undefined;
        const words = inlineWords(line);
        if (words.length > 0) return { words, refusal: undefined };
      }
    }
    while (this.#wordsLeft > 0) {
      if (this.#wordRest === -1 && !this.#beginWord()) return undefined;
      if (this.#refusal === undefined ? !this.#keepWord() : !this.#skipWord()) return undefined;
      this.#wordRest = -1;
      this.#wordsLeft--;
    }
    return this.#finish();
  }

  #checkedWords(count: number): number {
    const { wordsMax, strangerWordsMax } = this.#limits;
    if (count > wordsMax) throw new RespProtocolError("invalid multibulk length");
    if (!this.isTrusted && count > strangerWordsMax) {
      throw new RespProtocolError("unauthenticated multibulk length");
    }
    return Math.max(0, count);
  }

  #beginWord(): boolean {
    if (this.#at === this.#end) return false;
    const byte = this.#buffer[this.#at]!;
    if (byte !== DOLLAR) throw new RespProtocolError(`expected '$', got '${printable(byte)}'`);
    const length = this.#count("bulk", "bulk");
    if (length === undefined) return false;
    this.#checkLength(length);
    this.#wordRest = length + 2;
    return true;
  }

  #checkLength(length: number): void {
    const { strangerWordBytesMax, wordBytesMax, requestBytesMax } = this.#limits;
    // Redis draws the line at 512 MiB; up to there, skipping costs no memory.
    if (length < 0 || length > 512 * 1024 * 1024) {
      throw new RespProtocolError("invalid bulk length");
    }
    if (!this.isTrusted && length > strangerWordBytesMax) {
      throw new RespProtocolError("unauthenticated bulk length");
    }
    if (length > wordBytesMax) {
      this.#refusal = `an argument of ${length} bytes is longer than ${wordBytesMax} bytes`;
    } else if (this.#at - this.#start + length > requestBytesMax) {
      this.#refusal = `the request is longer than ${requestBytesMax} bytes`;
    }
  }

  #keepWord(): boolean {
    const next = this.#at + this.#wordRest;
    if (next > this.#end) return false;
    if (this.#buffer[next - 2] !== CR || this.#buffer[next - 1] !== LF) {
      throw new RespProtocolError("expected a line end behind an argument");
    }
    this.#places.push(this.#at - this.#start, next - 2 - this.#start);
    this.#moveTo(next);
    return true;
  }

  #skipWord(): boolean {
    const skipped = Math.min(this.#wordRest, this.#end - this.#at);
    this.#wordRest -= skipped;
    this.#moveTo(this.#at + skipped);
    this.#start = this.#at;
    return this.#wordRest === 0;
  }

  #finish(): RespRequest {
    const words: Uint8Array[] = [];
    const refusal = this.#refusal;
    if (refusal === undefined) {
      const places = this.#places;
      for (let i = 0; i < places.length; i += 2) {
        words.push(
          this.#buffer.subarray(this.#start + places[i]!, this.#start + places[i + 1]!),
        );
      }
    }
    this.#places = [];
    this.#refusal = undefined;
    return { words, refusal };
  }

  /** Reads the number behind the byte at `#at`; `undefined` as long as its line is not complete. */
  #count(whatIsBig: string, whatIsWrong: string): number | undefined {
    const from = this.#at + 1;
    const line = this.#line(COUNT_BYTES_MAX, `too big ${whatIsBig} count string`);
    if (line === undefined) return undefined;
    const to = this.#at - 2;
    const count = this.#buffer[to] === CR ? decimal(this.#buffer, from, to) : undefined;
    if (count === undefined) throw new RespProtocolError(`invalid ${whatIsWrong} length`);
    return count;
  }

  /** Moves behind the line at `#at` and returns it without its end; `undefined` if it is not complete. */
  #line(bytesMax: number, tooLong: string): Uint8Array | undefined {
    let at = this.#searched;
    const limit = Math.min(this.#end, this.#at + bytesMax + 1);
    while (at < limit && this.#buffer[at] !== LF) at++;
    this.#searched = at;
    if (at - this.#at > bytesMax) throw new RespProtocolError(tooLong);
    if (at === this.#end) return undefined;
    const from = this.#at;
    const to = at > from && this.#buffer[at - 1] === CR ? at - 1 : at;
    this.#moveTo(at + 1);
    return this.#buffer.subarray(from, to);
  }

  #moveTo(place: number): void {
    this.#at = place;
    this.#searched = place;
  }

  /** Makes the bytes that are not given out the first ones, and fits the buffer's size to what comes at a time. */
  #moveToFront(): void {
    const wasFull = this.#end === this.#buffer.length;
    const shift = this.#start;
    if (shift > 0) this.#buffer.copyWithin(0, shift, this.#end);
    const used = this.#end;
    this.#start = 0;
    this.#at -= shift;
    this.#searched -= shift;
    this.#end -= shift;
    const size = this.#buffer.length;
    if (wasFull && size < COMFORT_BYTES) {
      // Half of the budget is for those who cannot do without.
      if (this.#budget.used < this.#budget.max / 2) this.#resize(size * 2);
    } else if (size > BUFFER_BYTES && used < size / 4 && this.#end <= size / 8) {
      this.#resize(size > COMFORT_BYTES ? COMFORT_BYTES : size / 2);
    }
  }

  /** Changes the buffer's size, if there is memory for it. */
  #resize(size: number): boolean {
    const more = size - this.#buffer.length;
    if (more < 0) this.#budget.give(-more);
    else if (!this.#budget.take(more)) return false;
    const buffer = new Uint8Array(size);
    buffer.set(this.#buffer.subarray(0, this.#end));
    this.#buffer = buffer;
    return true;
  }
}

/** Reads an integer in Redis' strict form: no leading zeros, no plus sign, no blanks. */
function decimal(bytes: Uint8Array, from: number, to: number): number | undefined {
  const negative = bytes[from] === 45;
  const first = negative ? from + 1 : from;
  if (first >= to || to - first > 15) return undefined;
  if (bytes[first] === 48 && (to - first > 1 || negative)) return undefined;
  let value = 0;
  for (let i = first; i < to; i++) {
    const digit = bytes[i]! - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return negative ? -value : value;
}

function printable(byte: number): string {
  return byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".";
}
