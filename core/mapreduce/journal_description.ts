/**
 * Which job a journal belongs to. Two descriptions are of the same job if the finished tasks of one are good for the
 * other: the same inputs cut in the same way, the same partitions. How patient the master is may change.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import type { JobDescription } from "./coordinator_io.ts";
import type { AppInfo } from "./messages.ts";
import {
  readApp,
  readList,
  readOptional,
  writeApp,
  writeList,
  writeOptional,
} from "./messages_fields.ts";
import type { InputFile } from "./splits.ts";

/** What a file of a journal says of its job. */
export interface JournalHeader {
  readonly jobId: string;
  readonly inputs: readonly InputFile[];
  readonly splitBytes: number;
  readonly nReduce: number;
  readonly skipBadRecords: boolean;
  /** `undefined` if the master did not know it when it began. */
  readonly app: AppInfo | undefined;
  /** Whether the file tells all from the job's beginning: what files before it say is in it, too. */
  readonly isWhole: boolean;
}

/** The version of the format; others are refused. */
const VERSION = 1;

/** Returns the header of a file of a job's journal. */
export function headerOf(job: JobDescription, jobId: string, isWhole: boolean): JournalHeader {
  const { inputs, splitBytes, app, options: { nReduce, skipBadRecords } } = job;
  return { jobId, inputs, splitBytes, nReduce, skipBadRecords, app, isWhole };
}

/** Encodes a header. */
export function encodeHeader(header: JournalHeader): Uint8Array {
  const writer = new ByteWriter(1024);
  writer.u8(VERSION);
  writer.text(header.jobId);
  writeList(writer, header.inputs, (_, { file, size, version = "" }) => {
    writer.text(file);
    writer.varint(size);
    writer.text(version);
  });
  writer.varint(header.splitBytes);
  writer.varint(header.nReduce);
  writer.bool(header.skipBadRecords);
  writeOptional(writer, header.app, writeApp);
  writer.bool(header.isWhole);
  return writer.finish();
}

/**
 * Decodes a header; `undefined` if another version of the program has written it.
 *
 * @throws {DamagedDataError} If `data` is no header.
 */
export function decodeHeader(data: Uint8Array): JournalHeader | undefined {
  const reader = new ByteReader(data);
  if (reader.u8() !== VERSION) return undefined;
  const jobId = reader.text();
  const inputs = readList(
    reader,
    () => ({ file: reader.text(), size: reader.varint(), version: reader.text() }),
  );
  const splitBytes = reader.varint();
  const nReduce = reader.varint();
  const skipBadRecords = reader.bool();
  const app = readOptional(reader, readApp);
  const isWhole = reader.bool();
  reader.end();
  return { jobId, inputs, splitBytes, nReduce, skipBadRecords, app, isWhole };
}

/** Says in what `now` differs from the job of the journal, or `undefined` if it is the same job. */
export function describeDifference(journal: JournalHeader, now: JournalHeader): string | undefined {
  const { inputs } = journal;
  if (inputs.length !== now.inputs.length) {
    return `it has ${inputs.length} input files, there are ${now.inputs.length} now`;
  }
  for (const [i, { file, size, version }] of now.inputs.entries()) {
    const before = inputs[i]!;
    if (before.file !== file) return `its input file ${i + 1} is ${before.file}, it is ${file} now`;
    if (before.size !== size) return `${file} had ${before.size} bytes, it has ${size} now`;
    if (before.version && version && before.version !== version) {
      return `${file} was changed at ${before.version}, and again at ${version}`;
    }
  }
  const { app } = journal;
  if (app !== undefined && now.app !== undefined && app.name !== now.app.name) {
    return `it runs ${app.name}, it is to be ${now.app.name} now`;
  }
  if (journal.nReduce !== now.nReduce) {
    return `it has ${journal.nReduce} reduce tasks, there are to be ${now.nReduce} now`;
  }
  if (journal.splitBytes !== now.splitBytes) {
    return `its splits have ${journal.splitBytes} bytes, they are to have ${now.splitBytes} now`;
  }
  if (journal.skipBadRecords !== now.skipBadRecords) {
    return `it ${journal.skipBadRecords ? "skips" : "does not skip"} bad records`;
  }
  return undefined;
}
