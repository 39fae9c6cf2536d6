/**
 * The storage of a server on a simulated disk: a log of records, one for each batch, in one file. A
 * snapshot, and too much garbage, make it write the file anew; the new file takes the old one's place in
 * one step, so a snapshot and the log behind it never come apart.
 */

import type { DurableBatch, Recovered } from "../base/durable.ts";
import type { Storage } from "../base/ports.ts";
import { DiskError, type SimDisk } from "./disk.ts";
import { decodeRecords, encodeRecord } from "./storage_record.ts";
import { StoredState } from "./stored_state.ts";

const FILE = "raft";

/** A log that is not larger than this is never rewritten for its garbage. */
const GARBAGE_BYTES_MIN = 1024;

interface Waiting {
  readonly batch: DurableBatch;
  readonly onDurable: () => void;
}

/**
 * The {@linkcode Storage} of one life of a server. It stops for ever at the first failure of its disk: after
 * a failed sync nobody knows what is safe.
 *
 * The garbage in the file is bounded by rewriting it when it has more than twice the bytes that it needs,
 * and more than 1 KiB.
 */
export class SimStorage implements Storage {
  readonly #disk: SimDisk;
  readonly #user: number;
  readonly #state = new StoredState();
  #fileBytes = 0;
  /** The batches that were handed over and not written yet, oldest first. */
  #waiting: Waiting[] = [];
  #busy = false;
  #failure: DiskError | undefined;

  /**
   * Opens what the disk holds, and cuts off a torn tail. From now on a storage that was opened before on the
   * same disk does nothing any more; a crash of the disk ends this one too.
   *
   * @throws {DamagedDataError} If there is damage before the tail.
   */
  constructor(disk: SimDisk) {
    this.#disk = disk;
    this.#user = disk.takeOver();
    const data = disk.read(FILE);
    const { batches, wholeBytes } = decodeRecords(data);
    for (const batch of batches) this.#state.apply(batch);
    this.#fileBytes = wholeBytes;
    if (wholeBytes < data.length) disk.truncate(FILE, wholeBytes);
    // What a former life wrote and did not sync must not vanish after this one has acted on it.
    disk.syncNow(FILE);
  }

  /** Why this storage does not work any more, if that is so. */
  get failure(): DiskError | undefined {
    return this.#failure;
  }

  load(): Recovered {
    const { hardState, snapshot, entries } = this.#state;
    return { hardState, snapshot, entries: [...entries] };
  }

  persist(batch: DurableBatch, onDurable: () => void): void {
    this.#waiting.push({ batch, onDurable });
    if (!this.#busy) this.#writeWaiting();
  }

  /** The bytes stored beside the snapshot's data: term, vote and log, garbage included. */
  raftStateSize(): number {
    return this.#fileBytes - this.snapshotSize();
  }

  /** The bytes of the snapshot's data. */
  snapshotSize(): number {
    return this.#state.snapshot?.data.length ?? 0;
  }

  /** Writes all batches that wait and syncs them together, so that those who came meanwhile share a sync. */
  #writeWaiting(): void {
    if (this.#isOver()) return;
    this.#busy = true;
    const group = this.#waiting;
    this.#waiting = [];
    try {
      this.#write(group);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      this.#failure = error;
      return;
    }
    this.#disk.sync(FILE, (error) => this.#onSynced(group, error));
  }

  #onSynced(group: readonly Waiting[], error: DiskError | undefined): void {
    this.#failure = error;
    for (const { onDurable } of group) {
      if (this.#isOver()) return;
      onDurable();
    }
    // Only now, because a batch handed over by `onDurable` must not overtake the rest of the group.
    this.#busy = false;
    if (this.#waiting.length > 0) this.#writeWaiting();
  }

  #write(group: readonly Waiting[]): void {
    let rewrite = false;
    for (const { batch } of group) {
      this.#state.apply(batch);
      if (batch.snapshot !== undefined) rewrite = true;
    }
    const bytes = rewrite ? undefined : encodeGroup(group);
    if (bytes === undefined || this.#isMostlyGarbage(this.raftStateSize() + bytes.length)) {
      const compact = encodeRecord(this.#state.toBatch());
      this.#disk.replace(FILE, compact);
      this.#fileBytes = compact.length;
    } else {
      this.#disk.append(FILE, bytes);
      this.#fileBytes += bytes.length;
    }
  }

  #isMostlyGarbage(logBytes: number): boolean {
    return logBytes > GARBAGE_BYTES_MIN && logBytes > 2 * this.#state.compactBytes;
  }

  #isOver(): boolean {
    return this.#failure !== undefined || !this.#disk.isUser(this.#user);
  }
}

/** A record for each batch: after a crash the first of them may be there and the others not. */
function encodeGroup(group: readonly Waiting[]): Uint8Array {
  if (group.length === 1) return encodeRecord(group[0]!.batch);
  const records = group.map(({ batch }) => encodeRecord(batch));
  const bytes = new Uint8Array(records.reduce((sum, record) => sum + record.length, 0));
  let offset = 0;
  for (const record of records) {
    bytes.set(record, offset);
    offset += record.length;
  }
  return bytes;
}
