/**
 * The coordinator's memory on disk, through the port {@linkcode Files}. Each start of the master adds a file of its
 * own (`PATH-1`, `PATH-2`, …): a header that says which job this is, then records, each with its length and a
 * checksum. What was written survives the death of the process; if the machine itself goes down, the last records
 * may be missing, and the tasks they tell of are executed again.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import type { Files, FileWriter } from "../base/ports.ts";
import type { JobDescription } from "./coordinator_io.ts";
import {
  decodeHeader,
  describeDifference,
  encodeHeader,
  headerOf,
  type JournalHeader,
} from "./journal_description.ts";
import { decodeJournalRecord, encodeJournalRecord, type JournalRecord } from "./journal_records.ts";
import { fnv1a } from "./partition.ts";

/** A length and a checksum stand before each record. */
const FRAME_HEADER_BYTES = 8;

/** The journal in this place is of another job, or of another version of the program. */
export class JournalMismatchError extends Error {
  override readonly name = "JournalMismatchError";
}

/** What a journal held when it was opened. */
export interface RecoveredJournal {
  /** Open for appending. */
  readonly journal: Journal;
  /** Of the job that goes on, or the new one. */
  readonly jobId: string;
  /** In order; empty for a new job. */
  readonly records: readonly JournalRecord[];
  /** Torn ends that were left behind by killed masters and cut off, in bytes. */
  readonly droppedBytes: number;
}

/**
 * Opens the journal at `path` for `job`, or begins one. `newJobId` is taken for a new job.
 *
 * @throws {JournalMismatchError} If there is one of another job. Nothing was changed then.
 */
export async function openJournal(
  files: Files,
  path: string,
  job: JobDescription,
  newJobId: string,
): Promise<RecoveredJournal> {
  const records: JournalRecord[] = [];
  let found: JournalHeader | undefined;
  let droppedBytes = 0;
  const numbers = await segmentNumbers(files, path);
  for (const number of numbers) {
    const segment = await readSegment(files, `${path}-${number}`);
    droppedBytes += segment.droppedBytes;
    const [first, ...rest] = segment.payloads;
    // The master was killed before it could write anything.
    if (first === undefined) continue;
    found = readHeader(first, path, job);
    for (const payload of rest) records.push(decodeJournalRecord(payload));
  }
  refuseOtherApp(records, path, job);
  const jobId = found?.jobId ?? newJobId;
  const journal = await Journal.begin(files, path, (numbers.at(-1) ?? 0) + 1, job, jobId);
  return { journal, jobId, records, droppedBytes };
}

/** Removes all files of the journal at `path`. Harmless if there are none. */
export async function removeJournal(files: Files, path: string): Promise<void> {
  for (const number of await segmentNumbers(files, path)) await files.remove(`${path}-${number}`);
}

/** A journal that is being written. */
export class Journal {
  readonly #files: Files;
  readonly #path: string;
  readonly #writer: FileWriter;
  #waiting: JournalRecord[] = [];
  /** The write that the waiting records go with. */
  #next: Promise<void> | undefined;
  /** The end of all that was begun so far. */
  #written: Promise<void> = Promise.resolve();

  private constructor(files: Files, path: string, writer: FileWriter) {
    this.#files = files;
    this.#path = path;
    this.#writer = writer;
  }

  /** Begins the file of that number. */
  static async begin(
    files: Files,
    path: string,
    number: number,
    job: JobDescription,
    jobId: string,
  ): Promise<Journal> {
    const writer = await files.create(`${path}-${number}`);
    await writer.write(frame([encodeHeader(headerOf(job, jobId))]));
    return new Journal(files, path, writer);
  }

  /**
   * Appends records. Resolves when they, and all before them, are written; what is appended while a write is under
   * way goes with the next one. After a failure nothing more is written.
   */
  append(records: readonly JournalRecord[]): Promise<void> {
    this.#waiting.push(...records);
    if (this.#next === undefined) {
      const next = this.#written.then(() => this.#writeWaiting());
      this.#next = next;
      this.#written = next;
    }
    return this.#next;
  }

  /** Ends the file. */
  async close(): Promise<void> {
    await this.#written;
    await this.#writer.close(false);
  }

  /** Ends the journal, for good: the job is done. */
  async remove(): Promise<void> {
    await this.close();
    await removeJournal(this.#files, this.#path);
  }

  #writeWaiting(): Promise<void> {
    this.#next = undefined;
    const payloads = this.#waiting.map(encodeJournalRecord);
    this.#waiting = [];
    return this.#writer.write(frame(payloads));
  }
}

function frame(payloads: readonly Uint8Array[]): Uint8Array {
  const writer = new ByteWriter(1024);
  for (const payload of payloads) {
    writer.u32(payload.length);
    writer.u32(fnv1a(payload));
    writer.raw(payload);
  }
  return writer.finish();
}

/** Reads the records of a file up to the first that is incomplete: behind it nothing was acknowledged. */
async function readSegment(
  files: Files,
  path: string,
): Promise<{ readonly payloads: Uint8Array[]; readonly droppedBytes: number }> {
  const data = await files.read(path, 0, await files.size(path) ?? 0);
  const reader = new ByteReader(data);
  const payloads: Uint8Array[] = [];
  let good = 0;
  while (reader.remaining >= FRAME_HEADER_BYTES) {
    const length = reader.u32();
    const checksum = reader.u32();
    if (length > reader.remaining) break;
    const payload = reader.raw(length);
    if (length === 0 || fnv1a(payload) !== checksum) break;
    payloads.push(payload);
    good = reader.offset;
  }
  return { payloads, droppedBytes: data.length - good };
}

function readHeader(payload: Uint8Array, path: string, job: JobDescription): JournalHeader {
  const header = decodeHeader(payload);
  if (header === undefined) {
    throw new JournalMismatchError(
      `The journal ${path} was written by another version of this program`,
    );
  }
  const difference = describeDifference(header, headerOf(job, header.jobId));
  if (difference !== undefined) {
    throw new JournalMismatchError(`The journal ${path} belongs to another job: ${difference}`);
  }
  return header;
}

function refuseOtherApp(
  records: readonly JournalRecord[],
  path: string,
  { app }: JobDescription,
): void {
  for (const record of records) {
    if (record.kind !== "app" || app === undefined || record.app.name === app.name) continue;
    throw new JournalMismatchError(
      `The journal ${path} belongs to another job: it runs ${record.app.name}, it is to be ${app.name} now`,
    );
  }
}

/** The numbers of the files, in ascending order. */
async function segmentNumbers(files: Files, path: string): Promise<number[]> {
  const slash = path.lastIndexOf("/");
  const folder = slash < 0 ? "." : path.slice(0, slash + 1);
  const prefix = `${path.slice(slash + 1)}-`;
  const numbers: number[] = [];
  for (const name of await files.list(folder)) {
    const rest = name.startsWith(prefix) ? name.slice(prefix.length) : "";
    if (/^[1-9][0-9]*$/.test(rest)) numbers.push(Number(rest));
  }
  return numbers.sort((a, b) => a - b);
}
