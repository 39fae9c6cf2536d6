/** Finds and decodes the records of a segment. What their absence means is decided in `segment_scan.ts`. */

import { ByteSlab } from "../../base/byte_slab.ts";
import { ByteReader } from "../../base/bytes.ts";
import {
  type EntryKind,
  type HardState,
  type LogEntry,
  logIndex,
  term,
} from "../../base/durable.ts";
import { DamagedDataError } from "../../base/errors.ts";
import { crcOf, crcOfFew } from "./crc.ts";
import { BatchFlag, RECORD_HEADER_BYTES, RecordType } from "./record_writer.ts";
import { align, readHardState, readSnapshotRef, type SnapshotRef } from "./segment_header.ts";

/** The header of a record that is what was written. */
export interface RecordHeader {
  readonly offset: number;
  readonly length: number;
  readonly durable: number;
  readonly life: number;
  readonly payloadCrc: number;
  /** Where the next record begins. */
  readonly end: number;
}

/** A batch as it stands in the log. */
export interface StoredBatch {
  readonly hardState: HardState | undefined;
  readonly snapshot: SnapshotRef | undefined;
  readonly discardLog: boolean;
  readonly entries: readonly LogEntry[];
}

/** What a payload says; `undefined` for a seal. */
export type Payload = StoredBatch | undefined;

const ENTRY_KINDS: readonly EntryKind[] = ["command", "noOp"];
const slab = new ByteSlab();

/** The bytes of a segment with its salt. */
export class RecordReader {
  readonly #data: Uint8Array;
  readonly #view: DataView;
  readonly #salt: number;

  constructor(data: Uint8Array, salt: number) {
    this.#data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    this.#salt = salt;
  }

  /** How many bytes there are. */
  get size(): number {
    return this.#data.length;
  }

  /** Returns the header at `offset`, if there is one of this segment that is not damaged. */
  headerAt(offset: number): RecordHeader | undefined {
    const view = this.#view;
    if (offset + RECORD_HEADER_BYTES > this.#data.length) return undefined;
    const length = view.getUint32(offset, true);
    const durable = view.getUint32(offset + 4, true);
    const end = align(offset + RECORD_HEADER_BYTES + length);
    if (length === 0 || durable > offset || end > this.#data.length) return undefined;
    const crc = crcOfFew(this.#data, offset, offset + 16, this.#salt);
    if (crc !== view.getUint32(offset + 16, true)) return undefined;
    const life = view.getUint32(offset + 8, true);
    return { offset, length, durable, life, payloadCrc: view.getUint32(offset + 12, true), end };
  }

  /** Returns the payload behind a header, if it is what was written. */
  payloadOf({ offset, length, payloadCrc, end }: RecordHeader): Uint8Array | undefined {
    const start = offset + RECORD_HEADER_BYTES;
    const payload = this.#data.subarray(start, start + length);
    const padding = this.#data.subarray(start + length, end);
    return crcOf(payload) === payloadCrc && isZero(padding) ? payload : undefined;
  }
}

/**
 * Decodes a payload. The commands in the result are copies, so that they do not keep the whole segment in memory.
 *
 * @throws {DamagedDataError} If it is none.
 */
export function decodePayload(payload: Uint8Array): Payload {
  const reader = new ByteReader(payload);
  const type = reader.u8();
  const result = type === RecordType.seal ? undefined : readBatch(reader, type);
  reader.end();
  return result;
}

/** Says whether there are only zeros. */
export function isZero(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0) return false;
  return true;
}

function readBatch(reader: ByteReader, type: number): StoredBatch {
  if (type !== RecordType.batch) throw new DamagedDataError(`No record has type ${type}`, 0);
  const flags = reader.u8();
  return {
    hardState: flags & BatchFlag.hardState ? readHardState(reader) : undefined,
    snapshot: flags & BatchFlag.snapshot ? readSnapshotRef(reader) : undefined,
    discardLog: (flags & BatchFlag.discardLog) !== 0,
    entries: flags & BatchFlag.entries ? readEntries(reader) : [],
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
    const command = slab.copy(reader.bytes());
    entries.push({ index: logIndex(first + i), term: entryTerm, kind, command });
  }
  return entries;
}
