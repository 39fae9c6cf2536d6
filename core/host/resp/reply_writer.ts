/** Replies as bytes, in the second or the third version of the protocol. */

/** The version of the protocol that a client has chosen. */
export type RespVersion = 2 | 3;

const encoder = new TextEncoder();
const CR = 13;
const LF = 10;
const ZERO = 48;
const OK = ascii("+OK\r\n");
const NULL_2 = ascii("$-1\r\n");
const NULL_3 = ascii("_\r\n");

/** A writer that grew beyond this lets its memory go when it is cleared. */
const KEEP_BYTES = 16 * 1024;
const FIRST_BYTES = 512;

/**
 * Writes replies one after the other into a growing buffer.
 *
 * @example
 * ```ts
 * import { ReplyWriter } from "./reply_writer.ts";
 * import assert from "node:assert/strict";
 *
 * const replies = new ReplyWriter();
 * replies.array(2);
 * replies.integer(7);
 * replies.bulk(new TextEncoder().encode("héllo"));
 * assert.equal(new TextDecoder().decode(replies.bytes()), "*2\r\n:7\r\n$6\r\nhéllo\r\n");
 * ```
 */
export class ReplyWriter {
  #buffer = new Uint8Array(FIRST_BYTES);
  #length = 0;
  /** Decides what null and maps look like. */
  version: RespVersion = 2;

  /** The number of bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** What was written: a view that is good until the next write. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Forgets what was written beyond the first `length` bytes. */
  backTo(length: number): void {
    this.#length = length;
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
    if (this.#buffer.length > KEEP_BYTES) this.#buffer = new Uint8Array(FIRST_BYTES);
  }

  /** `+OK`. */
  ok(): void {
    this.raw(OK);
  }

  /** A status: one line of text. */
  status(text: string): void {
    this.#line("+", text);
  }

  /** An error: a word in capitals, a blank, and what is wrong, in one line. */
  error(text: string): void {
    this.#line("-", text.replace(/[\r\n]/g, " "));
  }

  /** An integer of up to 64 bits. */
  integer(value: number | bigint): void {
    if (typeof value === "number" && value >= 0 && value < 10) {
      this.#reserve(4);
      this.#buffer[this.#length++] = 58;
      this.#buffer[this.#length++] = ZERO + value;
      this.#endLine();
    } else this.#line(":", String(value));
  }

  /** A byte string. */
  bulk(value: Uint8Array): void {
    this.#count(36, value.length, value.length + 2);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
    this.#endLine();
  }

  /** A byte string of UTF-8 text. */
  text(value: string): void {
    this.bulk(encoder.encode(value));
  }

  /** Nothing: there is no such value. */
  null(): void {
    this.raw(this.version === 2 ? NULL_2 : NULL_3);
  }

  /** The beginning of an array; its `length` elements follow. */
  array(length: number): void {
    this.#count(42, length, 0);
  }

  /** The beginning of a map; `size` times a key and a value follow. In version 2 it is an array of both. */
  map(size: number): void {
    if (this.version === 2) this.array(2 * size);
    else this.#count(37, size, 0);
  }

  /** Bytes that are a reply already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #line(kind: string, text: string): void {
    this.#reserve(3 + 3 * text.length);
    this.#buffer[this.#length++] = kind.charCodeAt(0);
    this.#length += encoder.encodeInto(text, this.#buffer.subarray(this.#length)).written;
    this.#endLine();
  }

  /** Writes a kind and a number as a line, and makes room for `more` bytes behind it. */
  #count(kind: number, value: number, more: number): void {
    this.#reserve(20 + more);
    const buffer = this.#buffer;
    buffer[this.#length++] = kind;
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits++;
    let rest = value;
    for (let i = this.#length + digits - 1; i >= this.#length; i--) {
      const next = Math.floor(rest / 10);
      buffer[i] = ZERO + rest - 10 * next;
      rest = next;
    }
    this.#length += digits;
    this.#endLine();
  }

  #endLine(): void {
    this.#buffer[this.#length++] = CR;
    this.#buffer[this.#length++] = LF;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
