/**
 * Builds the records of one write: each is a header of 20 bytes and a payload, padded to a multiple of 4.
 *
 *     length      4 bytes: of the payload, without padding; never 0
 *     durable     4 bytes: the segment was synced up to this offset when the record was written
 *     life        4 bytes: which life of the server wrote it, counting up
 *     payload crc 4 bytes: CRC-32 of the payload
 *     header crc  4 bytes: CRC-32 of the sixteen bytes before, going on from the segment's salt
 *     payload     1 byte of type, then what that type has
 *
 * `durable` is what tells a torn tail from damage: everything before it was safe once. `life` makes sure that what an
 * earlier life wrote and a later one cut off never counts again, even where the log grows to just where it begins.
 */

import type { DurableBatch } from "../../base/durable.ts";
import { crcOf, crcOfFew } from "./crc.ts";
import { align, type SnapshotRef, writeHardState, writeSnapshotRef } from "./segment_header.ts";

/** The size of a record's header. */
export const RECORD_HEADER_BYTES = 20;

/** What a record is. */
export const RecordType = {
  /** A batch of the log. */
  batch: 1,
  /**
   * Says nothing but that all before it was safe when it was written. It stands behind the last batch when there is no
   * other to come, so that damage to that batch is not taken for a torn tail.
   */
  seal: 2,
} as const;

/** What a batch consists of. */
export const BatchFlag = { hardState: 1, snapshot: 2, discardLog: 4, entries: 8 } as const;

/** A buffer that is used again and again. */
export class RecordWriter {
  #buffer: Uint8Array;
  #length = 0;
  #salt = 0;
  #durable = 0;
  #life = 0;

  /** `capacity` is the number of bytes to start with. */
  constructor(capacity = 64 * 1024) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** How many bytes the records take so far. */
  get length(): number {
    return this.#length;
  }

  /** The records so far: a view that is valid until the next call. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Begins a new write of a life into the segment with that salt, which is safe up to `durable`. */
  begin(salt: number, durable: number, life: number): void {
    this.#length = 0;
    this.#salt = salt;
    this.#durable = durable;
    this.#life = life;
  }

  /** Takes the last records back, from `length` on. */
  undo(length: number): void {
    this.#length = length;
  }

  /** Adds a batch; `ref` stands for its snapshot. */
  batch({ hardState, discardLog, entries }: DurableBatch, ref: SnapshotRef | undefined): void {
    const start = this.#beginRecord(RecordType.batch);
    const hasEntries = entries !== undefined && entries.length > 0;
    this.#u8(
      (hardState ? BatchFlag.hardState : 0) | (ref ? BatchFlag.snapshot : 0) |
        (discardLog ? BatchFlag.discardLog : 0) | (hasEntries ? BatchFlag.entries : 0),
    );
    if (hardState) writeHardState(this, hardState);
    if (ref) writeSnapshotRef(this, ref);
    if (hasEntries) {
      this.varint(entries[0]!.index);
      this.varint(entries.length);
      for (const { term, kind, command } of entries) {
        this.varint(term);
        this.#u8(kind === "command" ? 0 : 1);
        this.varint(command.length);
        this.#raw(command);
      }
    }
    this.#endRecord(start);
  }

  /** Adds a seal. */
  seal(): void {
    this.#endRecord(this.#beginRecord(RecordType.seal));
  }

  /** Writes an integer below 2^53, seven bits to a byte. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** Writes four bytes. */
  u32(value: number): void {
    this.#reserve(4);
    putU32(this.#buffer, this.#length, value);
    this.#length += 4;
  }

  #u8(value: number): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = value;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #beginRecord(type: number): number {
    const start = this.#length;
    this.#reserve(RECORD_HEADER_BYTES);
    this.#length += RECORD_HEADER_BYTES;
    this.#u8(type);
    return start;
  }

  #endRecord(start: number): void {
    const payload = start + RECORD_HEADER_BYTES;
    const end = this.#length;
    this.#reserve(3);
    while (this.#length < start + align(end - start)) this.#buffer[this.#length++] = 0;
    const buffer = this.#buffer;
    putU32(buffer, start, end - payload);
    putU32(buffer, start + 4, this.#durable);
    putU32(buffer, start + 8, this.#life);
    putU32(buffer, start + 12, crcOf(buffer.subarray(payload, end)));
    putU32(buffer, start + 16, crcOfFew(buffer, start, start + 16, this.#salt));
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

function putU32(bytes: Uint8Array, offset: number, value: number): void {
  bytes[offset] = value;
  bytes[offset + 1] = value >>> 8;
  bytes[offset + 2] = value >>> 16;
  bytes[offset + 3] = value >>> 24;
}
