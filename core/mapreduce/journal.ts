/**
 * The coordinator's memory on disk, through the port {@linkcode Files}. Each start of the master makes two files:
 * one with all that the starts before it had written, durable before anything else happens, and one to go on with.
 * A file (`PATH-1`, `PATH-2`, …) has a header that says which job this is, then records, each with its length and a
 * checksum. What was written survives the death of the process. If the machine goes down, records that are younger
 * than the last start may be missing, and the tasks they tell of are executed again; so are tasks whose output has
 * not survived.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import type { Files, FileWriter } from "../base/ports.ts";
import { outputName } from "./coordinator_committer.ts";
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

/** Where a journal is, and what for. */
export interface JournalOptions {
  readonly files: Files;
  /** What the names of its files begin with. */
  readonly path: string;
  readonly job: JobDescription;
  /** Taken for a job that has no journal yet. */
  readonly newJobId: string;
  /** Where the results go. */
  readonly outputFolder: string;
}

/**
 * Opens the journal of a job, or begins one.
 *
 * @throws {JournalMismatchError} If there is one of another job. Nothing was changed then.
 */
export async function openJournal(options: JournalOptions): Promise<RecoveredJournal> {
  const { files, path, job, outputFolder } = options;
  const numbers = await segmentNumbers(files, path);
  let found: JournalHeader | undefined;
  let records: JournalRecord[] = [];
  let droppedBytes = 0;
  for (const number of numbers) {
    const segment = await readSegment(files, `${path}-${number}`);
    droppedBytes += segment.droppedBytes;
    const [first, ...rest] = segment.payloads;
    // The master was killed before it could write anything.
    if (first === undefined) continue;
    found = readHeader(first, path, job);
    if (found.isWhole) records = [];
    for (const payload of rest) records.push(decodeJournalRecord(payload));
  }
  refuseOtherApp(records, path, job);
  records = await dropLostOutputs(records, files, outputFolder);
  const jobId = found?.jobId ?? options.newJobId;
  const next = await rewrite(options, jobId, records, (numbers.at(-1) ?? 0) + 1);
  const writer = await files.create(`${path}-${next}`);
  await writer.write(frame([encodeHeader(headerOf(job, jobId, false))]));
  return { journal: new Journal(files, path, writer), jobId, records, droppedBytes };
}

/**
 * Writes all that was recovered into one file that survives anything, in place of those before: if the machine goes
 * down, the files could vanish in any order. Returns the number for the file to go on with.
 */
async function rewrite(
  { files, path, job }: JournalOptions,
  jobId: string,
  records: readonly JournalRecord[],
  number: number,
): Promise<number> {
  const writer = await files.create(`${path}-new`);
  const header = encodeHeader(headerOf(job, jobId, true));
  await writer.write(frame([header, ...records.map(encodeJournalRecord)]));
  await writer.close(true);
  await files.rename(`${path}-new`, `${path}-${number}`);
  for (const before of await segmentNumbers(files, path)) {
    if (before < number) await files.remove(`${path}-${before}`);
  }
  return number + 1;
}

/** Removes all files of the journal at `path`. Harmless if there are none. */
export async function removeJournal(files: Files, path: string): Promise<void> {
  await files.remove(`${path}-new`);
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
  #closed: Promise<void> | undefined;

  /** `writer` has the header behind it. */
  constructor(files: Files, path: string, writer: FileWriter) {
    this.#files = files;
    this.#path = path;
    this.#writer = writer;
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

  /** Ends the file. Harmless when it is ended already. */
  close(): Promise<void> {
    this.#closed ??= this.#written.then(() => this.#writer.close(false));
    return this.#closed;
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
  const difference = describeDifference(header, headerOf(job, header.jobId, true));
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

/** Leaves out that an output was committed if it is not there any more: then the task is executed again. */
async function dropLostOutputs(
  records: readonly JournalRecord[],
  files: Files,
  outputFolder: string,
): Promise<JournalRecord[]> {
  const bytes = new Map<number, number>();
  for (const record of records) {
    if (record.kind === "reduceDone") bytes.set(record.task, record.result.bytes);
  }
  const lost = new Set<number>();
  for (const record of records) {
    if (record.kind !== "committed" || lost.has(record.task)) continue;
    const size = await files.size(`${outputFolder}/${outputName(record.task)}`);
    if (size !== bytes.get(record.task)) lost.add(record.task);
  }
  return records.filter((record) =>
    !((record.kind === "committed" || record.kind === "reduceDone") && lost.has(record.task))
  );
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
