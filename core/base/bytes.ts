/**
 * The byte codec: a writer and a reader of varints, byte strings and text. Formats are built from these
 * by whoever owns them; there is no reflection and no schema. All integers are unsigned.
 */

import { Buffer } from "node:buffer";
import { ByteSlab } from "./byte_slab.ts";
import { DamagedDataError } from "./errors.ts";

const encoder = new TextEncoder();
const slab = new ByteSlab();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Shorter strings are written before the runtime could be asked to. */
const NATIVE_MIN = 48;

/** An empty byte string, to be shared. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/**
 * Writes values one after the other into a growing buffer.
 *
 * @example
 * ```ts
 * import { ByteReader, ByteWriter } from "./bytes.ts";
 * import assert from "node:assert/strict";
 *
 * const writer = new ByteWriter();
 * writer.varint(300);
 * writer.text("héllo");
 * const reader = new ByteReader(writer.finish());
 * assert.equal(reader.varint(), 300);
 * assert.equal(reader.text(), "héllo");
 * reader.end();
 * ```
 */
export class ByteWriter {
  #buffer: Uint8Array;
  #length = 0;

  /** `capacity` is the number of bytes to start with; the buffer doubles when it is full. */
  constructor(capacity = 64) {
    this.#buffer = slab.take(capacity);
  }

  /** The number of bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Writes one byte, 0 to 255. */
  u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  /** Writes a truth value as one byte. */
  bool(value: boolean): void {
    this.u8(value ? 1 : 0);
  }

  /** Writes four bytes, least significant first. */
  u32(value: number): void {
    this.#reserve(4);
    const buffer = this.#buffer;
    buffer[this.#length++] = value;
    buffer[this.#length++] = value >>> 8;
    buffer[this.#length++] = value >>> 16;
    buffer[this.#length++] = value >>> 24;
  }

  /**
   * Writes an integer in as few bytes as it needs, seven bits each, least significant first (LEB128).
   *
   * @throws {RangeError} If `value` is not an integer in `[0, 2^53)`.
   */
  varint(value: number): void {
    if (!(value >= 0 && value <= Number.MAX_SAFE_INTEGER && Number.isInteger(value))) {
      throw new RangeError(`A varint must be an integer in [0, 2^53): current value is ${value}`);
    }
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Writes the length as a varint, then the bytes. */
  bytes(value: Uint8Array): void {
    this.varint(value.length);
    this.raw(value);
  }

  /** Writes the bytes without their length. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  /** Writes text as UTF-8, after its length in bytes. */
  text(value: string): void {
    if (value.length < NATIVE_MIN && isAscii(value)) this.latin1(value);
    else this.bytes(encoder.encode(value));
  }

  /** Writes a string that has a byte in each character (0 to 255), after its length. */
  latin1(value: string): void {
    const { length } = value;
    this.varint(length);
    this.#reserve(length);
    const buffer = this.#buffer;
    const start = this.#length;
    this.#length += length;
    if (length >= NATIVE_MIN && writeAscii(value, buffer.subarray(start, start + length))) return;
    for (let i = 0; i < length; i++) buffer[start + i] = value.charCodeAt(i);
  }

  /** Forgets what was written. */
  clear(): void {
    this.#length = 0;
  }

  /** Returns a copy of what was written, and starts again from nothing with the same buffer. */
  finish(): Uint8Array {
    const result = slab.copy(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    return result;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = slab.take(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Reads what a {@linkcode ByteWriter} wrote. Every method throws {@linkcode DamagedDataError} at the end of the data. */
export class ByteReader {
  readonly #data: Uint8Array;
  #offset = 0;

  constructor(data: Uint8Array) {
    this.#data = data;
  }

  /** The number of bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** The number of bytes left. */
  get remaining(): number {
    return this.#data.length - this.#offset;
  }

  /** Reads one byte. */
  u8(): number {
    const value = this.#data[this.#offset];
    if (value === undefined) throw new DamagedDataError("The data ends too early", this.#offset);
    this.#offset++;
    return value;
  }

  /** Reads a truth value; anything but 0 and 1 is damage. */
  bool(): boolean {
    const value = this.u8();
    if (value > 1) {
      throw new DamagedDataError(`A truth value is 0 or 1, not ${value}`, this.#offset - 1);
    }
    return value === 1;
  }

  /** Reads four bytes, least significant first. */
  u32(): number {
    return (this.u8() | (this.u8() << 8) | (this.u8() << 16) | (this.u8() << 24)) >>> 0;
  }

  /** Reads an integer of at most 53 bits. */
  varint(): number {
    const start = this.#offset;
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 8; count++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break;
        return value;
      }
      scale *= 0x80;
    }
    throw new DamagedDataError("An integer is longer than 53 bits", start);
  }

  /** Reads a length and that many bytes. The result is a view into the data, not a copy. */
  bytes(): Uint8Array {
    return this.raw(this.varint());
  }

  /** Reads `count` bytes. The result is a view into the data, not a copy. */
  raw(count: number): Uint8Array {
    if (count > this.remaining) this.#throwTooShort(count);
    const value = this.#data.subarray(this.#offset, this.#offset + count);
    this.#offset += count;
    return value;
  }

  /** Reads text. */
  text(): string {
    const start = this.#offset;
    const bytes = this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (cause) {
      throw Object.assign(new DamagedDataError("Text is not UTF-8", start), { cause });
    }
  }

  /** Reads bytes as a string with a byte in each character. It shares no memory with the data. */
  latin1(): string {
    const count = this.varint();
    if (count > this.remaining) this.#throwTooShort(count);
    const start = this.#offset;
    this.#offset += count;
    return latin1Of(this.#data, start, this.#offset);
  }

  /** Checks that nothing is left. */
  end(): void {
    if (this.remaining > 0) {
      throw new DamagedDataError(`${this.remaining} bytes are left over`, this.#offset);
    }
  }

  #throwTooShort(count: number): never {
    throw new DamagedDataError(
      `${count} bytes are announced, ${this.remaining} are left`,
      this.#offset,
    );
  }
}

/** Says whether all characters are below 128: then they are the same bytes in Latin-1 and in UTF-8. */
function isAscii(value: string): boolean {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) >= 0x80) return false;
  return true;
}

/** Writes a string all of whose characters are below 128, many times as fast as one by one; of another says false. */
function writeAscii(value: string, place: Uint8Array): boolean {
  // Any other character takes two bytes of UTF-8, so that the string does not fit.
  return encoder.encodeInto(value, place).read === value.length;
}

/** Bytes as a string with a byte in each character: small in memory, quick to hash and to compare. */
export function latin1Of(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  return Buffer.prototype.latin1Slice.call(bytes, start, end);
}

/** Text as UTF-8, in memory of its own. */
export function bytesOf(text: string): Uint8Array {
  const { length } = text;
  if (length >= NATIVE_MIN || !isAscii(text)) return encoder.encode(text);
  const bytes = slab.take(length);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Says whether two byte strings are equal. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
