/** How the parts that several messages and the journal share are written and read. */

import type { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { Counters, Split, WorkerAddress } from "./job.ts";
import type {
  AppInfo,
  AttemptId,
  MapResult,
  RecordRange,
  ReduceResult,
  TaskKind,
} from "./messages.ts";

/** Writes each item by `write`, after their number. */
export function writeList<T>(
  writer: ByteWriter,
  items: readonly T[],
  write: (writer: ByteWriter, item: T) => void,
): void {
  writer.varint(items.length);
  for (const item of items) write(writer, item);
}

/** Reads what {@linkcode writeList} wrote. */
export function readList<T>(reader: ByteReader, read: (reader: ByteReader) => T): T[] {
  const count = reader.varint();
  // Every item takes at least a byte: a number beyond that is damage, and must not cost memory.
  if (count > reader.remaining) {
    throw new DamagedDataError(`${count} items are announced`, reader.offset);
  }
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(read(reader));
  return items;
}

/** Writes a value that may be missing. */
export function writeOptional<T>(
  writer: ByteWriter,
  value: T | undefined,
  write: (writer: ByteWriter, value: T) => void,
): void {
  writer.bool(value !== undefined);
  if (value !== undefined) write(writer, value);
}

/** Reads what {@linkcode writeOptional} wrote. */
export function readOptional<T>(
  reader: ByteReader,
  read: (reader: ByteReader) => T,
): T | undefined {
  return reader.bool() ? read(reader) : undefined;
}

/** For {@linkcode writeList}. */
export function writeVarint(writer: ByteWriter, value: number): void {
  writer.varint(value);
}

/** For {@linkcode readList}. */
export function readVarint(reader: ByteReader): number {
  return reader.varint();
}

/** For {@linkcode writeOptional}. */
export function writeText(writer: ByteWriter, value: string): void {
  writer.text(value);
}

/** For {@linkcode readOptional}. */
export function readText(reader: ByteReader): string {
  return reader.text();
}

export function writeKind(writer: ByteWriter, kind: TaskKind): void {
  writer.bool(kind === "reduce");
}

export function readKind(reader: ByteReader): TaskKind {
  return reader.bool() ? "reduce" : "map";
}

export function writeAttemptId(writer: ByteWriter, id: AttemptId): void {
  writeKind(writer, id.kind);
  writer.varint(id.task);
  writer.varint(id.attempt);
}

export function readAttemptId(reader: ByteReader): AttemptId {
  return { kind: readKind(reader), task: reader.varint(), attempt: reader.varint() };
}

/** Writes a split or a range of records: both are a part of a file. */
export function writeRange(writer: ByteWriter, range: Split | RecordRange): void {
  writer.text(range.file);
  writer.varint(range.start);
  writer.varint(range.end);
}

export function readRange(reader: ByteReader): Split & RecordRange {
  return { file: reader.text(), start: reader.varint(), end: reader.varint() };
}

export function writeAddress(writer: ByteWriter, address: WorkerAddress): void {
  writer.text(address.workerId);
  writer.text(address.hostname);
  writer.varint(address.port);
  writer.text(address.machineId);
  writer.text(address.folder);
}

export function readAddress(reader: ByteReader): WorkerAddress {
  return {
    workerId: reader.text(),
    hostname: reader.text(),
    port: reader.varint(),
    machineId: reader.text(),
    folder: reader.text(),
  };
}

export function writeApp(writer: ByteWriter, app: AppInfo): void {
  writer.text(app.name);
  writer.bool(app.wholeFiles);
}

export function readApp(reader: ByteReader): AppInfo {
  return { name: reader.text(), wholeFiles: reader.bool() };
}

/** Counters may go below 0: the sign is the lowest bit. */
export function writeCounters(writer: ByteWriter, counters: Counters): void {
  writeList(writer, Object.entries(counters), (_, [name, count]) => {
    writer.text(name);
    writer.bool(count < 0);
    writer.varint(Math.abs(count));
  });
}

export function readCounters(reader: ByteReader): Counters {
  return Object.fromEntries(readList(reader, () => {
    const name = reader.text();
    const negative = reader.bool();
    const size = reader.varint();
    return [name, negative ? -size : size];
  }));
}

export function writeMapResult(writer: ByteWriter, result: MapResult): void {
  writeList(writer, result.partitionBytes, writeVarint);
  writer.text(result.path);
  writeCounters(writer, result.counters);
}

export function readMapResult(reader: ByteReader): MapResult {
  return {
    partitionBytes: readList(reader, readVarint),
    path: reader.text(),
    counters: readCounters(reader),
  };
}

export function writeReduceResult(writer: ByteWriter, result: ReduceResult): void {
  writer.text(result.outputFile);
  writer.varint(result.bytes);
  writer.varint(result.records);
  writeCounters(writer, result.counters);
}

export function readReduceResult(reader: ByteReader): ReduceResult {
  return {
    outputFile: reader.text(),
    bytes: reader.varint(),
    records: reader.varint(),
    counters: readCounters(reader),
  };
}
