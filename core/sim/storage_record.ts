/**
 * How a batch lies in a log file: a header of nine bytes, then the payload in varints.
 *
 *     length   4 bytes, least significant first
 *     check    1 byte: the exclusive or of the length's bytes and 0xa5
 *     crc      4 bytes: CRC-32 of the payload
 *     payload
 *
 * A write that a crash cut short ends before its record does: that is a torn tail. A record that is whole
 * and yet wrong was damaged. The check byte keeps a damaged length from looking like a torn tail, which
 * would silently cut off all that follows.
 */

import { crc32 } from "node:zlib";
import { ByteReader, ByteWriter } from "../base/bytes.ts";
import {
  type DurableBatch,
  type EntryKind,
  type HardState,
  type LogEntry,
  logIndex,
  serverId,
  type Snapshot,
  term,
} from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";

const HEADER_BYTES = 9;
const HAS_HARD_STATE = 1;
const HAS_SNAPSHOT = 2;
const DISCARDS_LOG = 4;
const HAS_ENTRIES = 8;
/** An entry's kind is stored as its place in this list, which must only ever grow. */
const ENTRY_KINDS: readonly EntryKind[] = ["command", "noOp"];

const writer = new ByteWriter(1024);

/** Encodes one batch. */
export function encodeRecord(batch: DurableBatch): Uint8Array {
  writer.raw(HEADER_SPACE);
  writePayload(batch);
  const record = writer.finish();
  const length = record.length - HEADER_BYTES;
  putU32(record, 0, length);
  record[4] = lengthCheck(record, 0);
  putU32(record, 5, crc32(record.subarray(HEADER_BYTES)));
  return record;
}

/** What a log file holds. */
export interface DecodedRecords {
  readonly batches: readonly DurableBatch[];
  /** The length of the whole records; what lies behind is a torn tail. */
  readonly wholeBytes: number;
}

/**
 * Decodes a log file. Byte strings in the result are views into `data`.
 *
 * @throws {DamagedDataError} If a record is whole but is not what was written.
 */
export function decodeRecords(data: Uint8Array): DecodedRecords {
  const batches: DurableBatch[] = [];
  let offset = 0;
  while (offset + HEADER_BYTES <= data.length) {
    if (data[offset + 4] !== lengthCheck(data, offset)) {
      throw new DamagedDataError("The length of a record is damaged", offset);
    }
    const start = offset + HEADER_BYTES;
    const end = start + getU32(data, offset);
    if (end > data.length) break;
    const payload = data.subarray(start, end);
    if (crc32(payload) !== getU32(data, offset + 5)) {
      throw new DamagedDataError("A record is damaged", offset);
    }
    batches.push(readPayload(payload));
    offset = end;
  }
  return { batches, wholeBytes: offset };
}

const HEADER_SPACE = new Uint8Array(HEADER_BYTES);

function writePayload(batch: DurableBatch): void {
  const { hardState, snapshot, entries } = batch;
  const hasEntries = entries !== undefined && entries.length > 0;
  writer.u8(
    (hardState ? HAS_HARD_STATE : 0) | (snapshot ? HAS_SNAPSHOT : 0) |
      (batch.discardLog ? DISCARDS_LOG : 0) | (hasEntries ? HAS_ENTRIES : 0),
  );
  if (hardState) {
    writer.varint(hardState.currentTerm);
    writer.varint(hardState.votedFor === undefined ? 0 : hardState.votedFor + 1);
  }
  if (snapshot) {
    writer.varint(snapshot.lastIncludedIndex);
    writer.varint(snapshot.lastIncludedTerm);
    writer.bytes(snapshot.data);
  }
  if (!hasEntries) return;
  writer.varint(entries[0]!.index);
  writer.varint(entries.length);
  for (const entry of entries) {
    writer.varint(entry.term);
    writer.u8(ENTRY_KINDS.indexOf(entry.kind));
    writer.bytes(entry.command);
  }
}

function readPayload(payload: Uint8Array): DurableBatch {
  const reader = new ByteReader(payload);
  const flags = reader.u8();
  const hardState = flags & HAS_HARD_STATE ? readHardState(reader) : undefined;
  const snapshot = flags & HAS_SNAPSHOT ? readSnapshot(reader) : undefined;
  const entries = flags & HAS_ENTRIES ? readEntries(reader) : undefined;
  reader.end();
  return {
    ...(hardState && { hardState }),
    ...(snapshot && { snapshot }),
    ...(flags & DISCARDS_LOG && { discardLog: true }),
    ...(entries && { entries }),
  };
}

function readHardState(reader: ByteReader): HardState {
  const currentTerm = term(reader.varint());
  const vote = reader.varint();
  return { currentTerm, votedFor: vote === 0 ? undefined : serverId(vote - 1) };
}

function readSnapshot(reader: ByteReader): Snapshot {
  return {
    lastIncludedIndex: logIndex(reader.varint()),
    lastIncludedTerm: term(reader.varint()),
    data: reader.bytes(),
  };
}

function readEntries(reader: ByteReader): LogEntry[] {
  const first = reader.varint();
  const count = reader.varint();
  const entries: LogEntry[] = [];
  for (let i = 0; i < count; i++) {
    const entryTerm = term(reader.varint());
    const kind = ENTRY_KINDS[reader.u8()];
    if (kind === undefined) throw new DamagedDataError("An entry has no known kind", reader.offset);
    entries.push({ index: logIndex(first + i), term: entryTerm, kind, command: reader.bytes() });
  }
  return entries;
}

function lengthCheck(data: Uint8Array, offset: number): number {
  return data[offset]! ^ data[offset + 1]! ^ data[offset + 2]! ^ data[offset + 3]! ^ 0xa5;
}

function putU32(data: Uint8Array, offset: number, value: number): void {
  for (let i = 0; i < 4; i++) data[offset + i] = value >>> (8 * i);
}

function getU32(data: Uint8Array, offset: number): number {
  return (data[offset]! | (data[offset + 1]! << 8) | (data[offset + 2]! << 16) |
    (data[offset + 3]! << 24)) >>> 0;
}
