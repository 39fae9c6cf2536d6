/** How lists of results travel. The store writes them one by one, straight from its values. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { KvError, KvResult } from "./operations.ts";
import { type Value, writeValue } from "./value.ts";

const NO_VALUE = 1;
const VALUE = 2;
const UNCHANGED = 3;
const CHANGED = 4;
const NO_LENGTH = 5;
const LENGTH = 6;
const INTEGER = 7;
const BIG_INTEGER = 8;
const LISTING = 9;
const SIZE = 10;
const ERROR = 11;
const KIND_MASK = 0x0f;

/** Of `CHANGED` and `UNCHANGED`: the old value follows. Of an integer: it is below zero. */
const FLAG = 0x80;

const ERRORS: readonly KvError[] = [
  "notAnInteger",
  "overflow",
  "valueTooLarge",
  "notAQuestion",
  "damaged",
  "notCarriedOut",
];

/** A writer that has grown beyond this is not kept. */
const WRITER_BYTES_MAX = 1024 * 1024;

/** Writes a list of results. */
export class ResultsWriter {
  #writer = new ByteWriter(4096);

  /** The bytes written so far. */
  get bytes(): number {
    return this.#writer.length;
  }

  /** Begins a list of `count` results. */
  begin(count: number): void {
    this.#writer.varint(count);
  }

  /** What is stored under a key. */
  value(value: Value | undefined): void {
    this.#writer.u8(value === undefined ? NO_VALUE : VALUE);
    if (value !== undefined) writeValue(this.#writer, value);
  }

  /** Whether something changed, and what was there before. */
  changed(changed: boolean, old: Value | undefined): void {
    this.#writer.u8((changed ? CHANGED : UNCHANGED) | (old === undefined ? 0 : FLAG));
    if (old !== undefined) writeValue(this.#writer, old);
  }

  /** How long a value is. */
  length(length: number | undefined): void {
    this.#writer.u8(length === undefined ? NO_LENGTH : LENGTH);
    if (length !== undefined) this.#writer.varint(length);
  }

  /** What an increment came to. */
  integer(value: number | bigint): void {
    const sign = value < 0 ? FLAG : 0;
    if (typeof value === "number") {
      this.#writer.u8(INTEGER | sign);
      this.#writer.varint(Math.abs(value));
    } else {
      this.#writer.u8(BIG_INTEGER | sign);
      this.#writer.latin1(String(value).replace("-", ""));
    }
  }

  /** Some keys, and where to go on. */
  listing(keys: readonly string[], cursor: number): void {
    this.#writer.u8(LISTING);
    this.#writer.varint(cursor);
    this.#writer.varint(keys.length);
    for (const key of keys) this.#writer.latin1(key);
  }

  /** How large the store is. */
  size(keys: number, bytes: number): void {
    this.#writer.u8(SIZE);
    this.#writer.varint(keys);
    this.#writer.varint(bytes);
  }

  /** Why nothing was done. */
  error(error: KvError): void {
    this.#writer.u8(ERROR);
    this.#writer.u8(ERRORS.indexOf(error));
  }

  /** Returns what was written, and begins anew. */
  finish(): Uint8Array {
    const isLarge = this.#writer.length > WRITER_BYTES_MAX;
    const bytes = this.#writer.finish();
    if (isLarge) this.#writer = new ByteWriter(4096);
    return bytes;
  }
}

/**
 * Decodes a list of results. Their byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If `bytes` is no list of results.
 */
export function decodeResults(bytes: Uint8Array): KvResult[] {
  const reader = new ByteReader(bytes);
  const results: KvResult[] = [];
  for (let count = reader.varint(); count > 0; count--) results.push(read(reader));
  reader.end();
  return results;
}

function read(reader: ByteReader): KvResult {
  const offset = reader.offset;
  const head = reader.u8();
  const flag = (head & FLAG) !== 0;
  switch (head & KIND_MASK) {
    case NO_VALUE:
      return { kind: "value", value: undefined };
    case VALUE:
      return { kind: "value", value: reader.bytes() };
    case UNCHANGED:
      return { kind: "changed", changed: false, old: flag ? reader.bytes() : undefined };
    case CHANGED:
      return { kind: "changed", changed: true, old: flag ? reader.bytes() : undefined };
    case NO_LENGTH:
      return { kind: "length", length: undefined };
    case LENGTH:
      return { kind: "length", length: reader.varint() };
    case INTEGER: {
      const magnitude = reader.varint();
      return { kind: "integer", value: flag ? -magnitude : magnitude };
    }
    case BIG_INTEGER:
      return { kind: "integer", value: readBigInteger(reader, flag) };
    case LISTING:
      return readListing(reader);
    case SIZE:
      return { kind: "size", keys: reader.varint(), bytes: reader.varint() };
    case ERROR:
      return { kind: "error", error: readError(reader) };
    default:
      throw new DamagedDataError(`There is no result of kind ${head & KIND_MASK}`, offset);
  }
}

function readBigInteger(reader: ByteReader, isNegative: boolean): bigint {
  const offset = reader.offset;
  const digits = reader.latin1();
  if (!/^[0-9]{1,20}$/.test(digits)) throw new DamagedDataError("A result is no integer", offset);
  return isNegative ? -BigInt(digits) : BigInt(digits);
}

function readListing(reader: ByteReader): KvResult {
  const cursor = reader.varint();
  const keys: Uint8Array[] = [];
  for (let count = reader.varint(); count > 0; count--) keys.push(reader.bytes());
  return { kind: "listing", keys, cursor };
}

function readError(reader: ByteReader): KvError {
  const offset = reader.offset;
  const error = ERRORS[reader.u8()];
  if (error === undefined) throw new DamagedDataError("A result has an error of no kind", offset);
  return error;
}
