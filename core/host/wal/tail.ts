/** The segment that is written to: records go to its end, one write at a time, each followed by a sync. */

import type { DiskFile, OnDone } from "../../base/disk.ts";
import { RecordWriter } from "./record_writer.ts";

/** Where a segment is written on. */
export interface TailPosition {
  readonly sequence: number;
  /** Of this segment; see `segmentSalt`. */
  readonly salt: number;
  /** The life of the server that writes it on. */
  readonly life: number;
  /** How long the file is. */
  readonly size: number;
  /** Where the next record goes. Everything before it is safe. */
  readonly end: number;
  /** The record before is a seal, or there is nothing to be sealed. */
  readonly isSealed: boolean;
}

/** The end of the log. */
export class Tail {
  readonly sequence: number;
  readonly size: number;
  readonly #file: DiskFile;
  readonly #salt: number;
  readonly #life: number;
  readonly #seals = new RecordWriter(32);
  #end: number;
  /** Up to here the file is safe. A seal behind it may be on its way. */
  #durable: number;
  #isSealed: boolean;

  constructor(file: DiskFile, { sequence, salt, life, size, end, isSealed }: TailPosition) {
    this.#file = file;
    this.sequence = sequence;
    this.#salt = salt;
    this.#life = life;
    this.size = size;
    this.#end = end;
    this.#durable = end;
    this.#isSealed = isSealed;
  }

  /** Which life of the server writes. */
  get life(): number {
    return this.#life;
  }

  /** Where the next record goes. */
  get end(): number {
    return this.#end;
  }

  /** Up to where a crash leaves everything as it is. */
  get durable(): number {
    return this.#durable;
  }

  /** Prepares a writer for records that go to the end. */
  begin(writer: RecordWriter): void {
    writer.begin(this.#salt, this.#durable, this.#life);
  }

  /** Says whether so many bytes of records have room. */
  hasRoom(bytes: number): boolean {
    return this.#end + bytes <= this.size;
  }

  /**
   * Writes records, and syncs. They are part of the log when `onDone` says so; if this throws, they are not, and may
   * be written again.
   *
   * @throws {DiskError} If they cannot be written.
   */
  write(records: Uint8Array, onDone: OnDone): void {
    this.#file.write(this.#end, records);
    const end = this.#end + records.length;
    this.#file.sync((error) => {
      if (error === undefined) {
        this.#end = end;
        this.#durable = end;
        this.#isSealed = false;
      }
      onDone(error);
    });
  }

  /**
   * Puts a seal behind what is safe, if there is none. It is not synced: where it gets lost, only the proof is lost
   * that damage to the last write is no torn tail.
   *
   * @throws {DiskError} If it cannot be written.
   */
  seal(): void {
    if (this.#isSealed) return;
    this.#isSealed = true;
    this.begin(this.#seals);
    this.#seals.seal();
    const { bytes } = this.#seals;
    if (!this.hasRoom(bytes.length)) return;
    this.#file.write(this.#end, bytes);
    this.#end += bytes.length;
  }

  /** Makes the seal safe. */
  sync(onDone: OnDone): void {
    this.#file.sync(onDone);
  }

  /** Gives the file back. */
  close(): void {
    this.#file.close();
  }
}
