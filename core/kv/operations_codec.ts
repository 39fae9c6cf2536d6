/** How lists of operations travel and stand in the log: a byte for the kind and its flags, then varints and bytes. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { KvOperation } from "./operations.ts";

const GET = 1;
const LENGTH = 2;
const PUT = 3;
const APPEND = 4;
const DELETE = 5;
const CAS = 6;
const INCREMENT = 7;
const LISTING = 8;
const SIZE = 9;
const KIND_MASK = 0x0f;

const WANTS_OLD = 0x80;
/** Of a put. */
const ONLY_IF_ABSENT = 0x10;
const ONLY_IF_PRESENT = 0x20;
/** Of a cas. */
const HAS_EXPECT = 0x10;
const HAS_VALUE = 0x20;
/** Of an increment. */
const NEGATIVE = 0x10;
const BIG = 0x20;

/** A writer that has grown beyond this is not kept. */
const WRITER_BYTES_MAX = 1024 * 1024;

let writer = new ByteWriter(4096);

/** Encodes a list of operations. The result shares no memory with it. */
export function encodeOperations(operations: readonly KvOperation[]): Uint8Array {
  writer.varint(operations.length);
  for (const operation of operations) write(operation);
  const isLarge = writer.length > WRITER_BYTES_MAX;
  const bytes = writer.finish();
  if (isLarge) writer = new ByteWriter(4096);
  return bytes;
}

/**
 * Decodes a list of operations. Their byte strings are views into `bytes`.
 *
 * @throws {DamagedDataError} If `bytes` is no list of operations.
 */
export function decodeOperations(bytes: Uint8Array): KvOperation[] {
  const reader = new ByteReader(bytes);
  const operations: KvOperation[] = [];
  for (let count = reader.varint(); count > 0; count--) operations.push(read(reader));
  reader.end();
  return operations;
}

function write(operation: KvOperation): void {
  switch (operation.kind) {
    case "get":
      return writeKey(GET, operation.key);
    case "length":
      return writeKey(LENGTH, operation.key);
    case "put": {
      const { onlyIf } = operation;
      const condition = onlyIf === "absent"
        ? ONLY_IF_ABSENT
        : onlyIf === "present"
        ? ONLY_IF_PRESENT
        : 0;
      writeKey(PUT | condition | wantsOld(operation), operation.key);
      return writer.bytes(operation.value);
    }
    case "append":
      writeKey(APPEND, operation.key);
      return writer.bytes(operation.value);
    case "delete":
      return writeKey(DELETE | wantsOld(operation), operation.key);
    case "cas": {
      const { expect, value } = operation;
      const has = (expect === undefined ? 0 : HAS_EXPECT) | (value === undefined ? 0 : HAS_VALUE);
      writeKey(CAS | has | wantsOld(operation), operation.key);
      if (expect !== undefined) writer.bytes(expect);
      if (value !== undefined) writer.bytes(value);
      return;
    }
    case "increment":
      return writeIncrement(operation.key, operation.by);
    case "listing":
      writer.u8(LISTING);
      writer.varint(operation.cursor);
      return writer.varint(operation.count);
    case "size":
      return writer.u8(SIZE);
  }
}

function writeKey(kindAndFlags: number, key: Uint8Array): void {
  writer.u8(kindAndFlags);
  writer.bytes(key);
}

function wantsOld(operation: { readonly wantsOld?: boolean }): number {
  return operation.wantsOld === true ? WANTS_OLD : 0;
}

function writeIncrement(key: Uint8Array, by: number | bigint): void {
  const sign = by < 0 ? NEGATIVE : 0;
  const isBig = !Number.isSafeInteger(Number(by));
  writeKey(INCREMENT | sign | (isBig ? BIG : 0), key);
  if (isBig) writer.latin1(String(by).replace("-", ""));
  else writer.varint(Math.abs(Number(by)));
}

function read(reader: ByteReader): KvOperation {
  const offset = reader.offset;
  const head = reader.u8();
  switch (head & KIND_MASK) {
    case GET:
      return { kind: "get", key: reader.bytes() };
    case LENGTH:
      return { kind: "length", key: reader.bytes() };
    case PUT:
      return readPut(reader, head);
    case APPEND:
      return { kind: "append", key: reader.bytes(), value: reader.bytes() };
    case DELETE:
      return { kind: "delete", key: reader.bytes(), wantsOld: (head & WANTS_OLD) !== 0 };
    case CAS:
      return {
        kind: "cas",
        key: reader.bytes(),
        expect: (head & HAS_EXPECT) !== 0 ? reader.bytes() : undefined,
        value: (head & HAS_VALUE) !== 0 ? reader.bytes() : undefined,
        wantsOld: (head & WANTS_OLD) !== 0,
      };
    case INCREMENT:
      return { kind: "increment", key: reader.bytes(), by: readAddend(reader, head) };
    case LISTING:
      return { kind: "listing", cursor: reader.varint(), count: reader.varint() };
    case SIZE:
      return { kind: "size" };
    default:
      throw new DamagedDataError(`There is no operation of kind ${head & KIND_MASK}`, offset);
  }
}

function readPut(reader: ByteReader, head: number): KvOperation {
  const key = reader.bytes();
  const value = reader.bytes();
  const wantsOld = (head & WANTS_OLD) !== 0;
  switch (head & (ONLY_IF_ABSENT | ONLY_IF_PRESENT)) {
    case ONLY_IF_ABSENT:
      return { kind: "put", key, value, wantsOld, onlyIf: "absent" };
    case ONLY_IF_PRESENT:
      return { kind: "put", key, value, wantsOld, onlyIf: "present" };
    default:
      return { kind: "put", key, value, wantsOld };
  }
}

function readAddend(reader: ByteReader, head: number): number | bigint {
  const isNegative = (head & NEGATIVE) !== 0;
  if ((head & BIG) === 0) {
    const magnitude = reader.varint();
    return isNegative ? -magnitude : magnitude;
  }
  const offset = reader.offset;
  const digits = reader.latin1();
  if (!/^[0-9]{1,20}$/.test(digits)) {
    throw new DamagedDataError("What is to be added is no integer", offset);
  }
  return isNegative ? -BigInt(digits) : BigInt(digits);
}
