/**
 * Snapshots: one file each, written under another name, synced, and then given its own. A snapshot counts from when
 * the log refers to it; until then, and when the log refers to a later one, its file is garbage.
 */

import { type ByteReader, ByteWriter } from "../../base/bytes.ts";
import type { Disk, DiskError, DiskFile, ReadableDisk } from "../../base/disk.ts";
import { logIndex, type Snapshot, term } from "../../base/durable.ts";
import { attempt, attemptCleanup } from "./attempt.ts";
import { crcOf } from "./crc.ts";
import { damaged, missing } from "./errors.ts";
import { decodeFramed, encodeFrame, frameBytes, readFrame } from "./frame.ts";
import { snapshotName, snapshotTmpName } from "./names.ts";
import {
  readSnapshotRef,
  type SnapshotRef,
  type WalIdentity,
  writeSnapshotRef,
} from "./segment_header.ts";

const MAGIC = "d824snap";

/** So much is written before other things get a turn. */
const CHUNK_BYTES = 1024 * 1024;

/** Learns that a snapshot is on disk under its own name, or why not. */
export type OnSnapshot = (result: SnapshotRef | DiskError) => void;

/** Writes a snapshot file, beside whatever else goes on. Its data must stay as they are until it is over. */
export function writeSnapshot(
  disk: Disk,
  identity: WalIdentity,
  number: number,
  snapshot: Snapshot,
  onDone: OnSnapshot,
): void {
  new SnapshotWriter(disk, identity, number, snapshot, onDone).begin();
}

/**
 * Reads the snapshot that `ref` stands for.
 *
 * @throws {WalError} If it is missing or damaged.
 */
export function readSnapshot(
  disk: ReadableDisk,
  identity: WalIdentity,
  ref: SnapshotRef,
): Snapshot {
  const name = snapshotName(ref.number);
  if (!disk.list().includes(name)) {
    throw missing(disk.path, name, `the log stands on it, up to index ${ref.lastIncludedIndex}`);
  }
  const bytes = readWhole(disk, name);
  const frame = readFrame(disk.path, name, bytes, MAGIC);
  decodeFramed(disk.path, name, frame, (reader) => {
    const expected = encodeBody(identity, ref);
    const differs = expected.findIndex((byte, i) => frame.body[i] !== byte);
    if (differs >= 0) {
      const what = "it is not the snapshot that the log stands on";
      throw damaged(disk.path, name, frameBytes(differs), what);
    }
    skipBody(reader);
  });
  const data = bytes.subarray(frame.end);
  if (data.length !== ref.length) {
    const what = `it has ${data.length} bytes of data and should have ${ref.length}`;
    throw damaged(disk.path, name, bytes.length, what);
  }
  if (crcOf(data) !== ref.crc) {
    throw damaged(disk.path, name, frame.end, "its data are not what was written");
  }
  return {
    lastIncludedIndex: logIndex(ref.lastIncludedIndex),
    lastIncludedTerm: term(ref.lastIncludedTerm),
    data,
  };
}

/** Reads a file from beginning to end. */
export function readWhole(disk: ReadableDisk, name: string): Uint8Array {
  const file = disk.open(name);
  try {
    return file.read(0, file.size);
  } finally {
    file.close();
  }
}

/** One snapshot being written. */
class SnapshotWriter {
  readonly #disk: Disk;
  readonly #identity: WalIdentity;
  readonly #snapshot: Snapshot;
  readonly #tmpName: string;
  readonly #onDone: OnSnapshot;
  readonly #headerBytes: number;
  #ref: SnapshotRef;
  #file: DiskFile | undefined;
  #written = 0;

  constructor(
    disk: Disk,
    identity: WalIdentity,
    number: number,
    snapshot: Snapshot,
    onDone: OnSnapshot,
  ) {
    this.#disk = disk;
    this.#identity = identity;
    this.#snapshot = snapshot;
    this.#tmpName = snapshotTmpName(number);
    this.#onDone = onDone;
    const { lastIncludedIndex, lastIncludedTerm, data } = snapshot;
    this.#ref = { number, lastIncludedIndex, lastIncludedTerm, length: data.length, crc: 0 };
    this.#headerBytes = frameBytes(encodeBody(identity, this.#ref).length);
  }

  begin(): void {
    attempt(() => {
      this.#file = this.#disk.create(this.#tmpName);
      this.#writeData(this.#file);
    }, (error) => this.#fail(error));
  }

  #writeData(file: DiskFile): void {
    const { data } = this.#snapshot;
    if (this.#written === data.length) return this.#writeHeader(file);
    const chunk = data.subarray(this.#written, this.#written + CHUNK_BYTES);
    this.#ref = { ...this.#ref, crc: crcOf(chunk, this.#ref.crc) };
    file.writeLater(this.#headerBytes + this.#written, chunk, (error) => {
      if (error !== undefined) return this.#fail(error);
      this.#written += chunk.length;
      attempt(() => this.#writeData(file), (error) => this.#fail(error));
    });
  }

  #writeHeader(file: DiskFile): void {
    file.write(0, encodeFrame(MAGIC, encodeBody(this.#identity, this.#ref)));
    file.sync((error) => {
      if (error !== undefined) return this.#fail(error);
      attempt(() => this.#giveName(file), (error) => this.#fail(error));
    });
  }

  #giveName(file: DiskFile): void {
    file.close();
    this.#file = undefined;
    this.#disk.rename(this.#tmpName, snapshotName(this.#ref.number));
    this.#disk.syncNames((error) => this.#onDone(error ?? this.#ref));
  }

  /** Leaves the room that the unfinished file takes, which another attempt will need. */
  #fail(error: DiskError): void {
    this.#file?.close();
    attemptCleanup(() => this.#disk.remove(this.#tmpName));
    this.#onDone(error);
  }
}

function encodeBody({ cluster, server }: WalIdentity, ref: SnapshotRef): Uint8Array {
  const writer = new ByteWriter();
  writer.text(cluster);
  writer.varint(server);
  writeSnapshotRef(writer, ref);
  return writer.finish();
}

function skipBody(reader: ByteReader): void {
  reader.text();
  reader.varint();
  readSnapshotRef(reader);
}
