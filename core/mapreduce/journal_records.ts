/** What a coordinator must not forget when it is killed, and how it is written. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { WorkerAddress } from "./job.ts";
import type { AppInfo, AttemptId, MapResult, RecordRange, ReduceResult } from "./messages.ts";
import {
  readAddress,
  readApp,
  readAttemptId,
  readMapResult,
  readRange,
  readReduceResult,
  writeAddress,
  writeApp,
  writeAttemptId,
  writeMapResult,
  writeRange,
  writeReduceResult,
} from "./messages_fields.ts";

/** One decision of the coordinator. Replayed in order they give its state back. */
export type JournalRecord =
  /** The application is known, and with it the map tasks. */
  | { readonly kind: "app"; readonly app: AppInfo }
  /** A worker has registered, with this address from now on. */
  | { readonly kind: "worker"; readonly address: WorkerAddress; readonly log: string }
  /** An attempt was handed out. If its task was completed, the output had been lost. */
  | {
    readonly kind: "started";
    readonly id: AttemptId;
    readonly workerId: string;
    readonly backup: boolean;
  }
  /** The map attempt counts. */
  | {
    readonly kind: "mapDone";
    readonly task: number;
    readonly attempt: number;
    readonly result: MapResult;
  }
  /** The reduce attempt is to be committed. */
  | {
    readonly kind: "reduceDone";
    readonly task: number;
    readonly attempt: number;
    readonly result: ReduceResult;
  }
  /** It was committed. */
  | { readonly kind: "committed"; readonly task: number; readonly attempt: number }
  /** The record of that map task is to be left out. */
  | { readonly kind: "skip"; readonly task: number; readonly record: RecordRange };

const APP = 1;
const WORKER = 2;
const STARTED = 3;
const MAP_DONE = 4;
const REDUCE_DONE = 5;
const COMMITTED = 6;
const SKIP = 7;

const writer = new ByteWriter(256);

/** Encodes a record. */
export function encodeJournalRecord(record: JournalRecord): Uint8Array {
  switch (record.kind) {
    case "app":
      writer.u8(APP);
      writeApp(writer, record.app);
      break;
    case "worker":
      writer.u8(WORKER);
      writeAddress(writer, record.address);
      writer.text(record.log);
      break;
    case "started":
      writer.u8(STARTED);
      writeAttemptId(writer, record.id);
      writer.text(record.workerId);
      writer.bool(record.backup);
      break;
    case "mapDone":
      head(MAP_DONE, record);
      writeMapResult(writer, record.result);
      break;
    case "reduceDone":
      head(REDUCE_DONE, record);
      writeReduceResult(writer, record.result);
      break;
    case "committed":
      head(COMMITTED, record);
      break;
    case "skip":
      writer.u8(SKIP);
      writer.varint(record.task);
      writeRange(writer, record.record);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a record.
 *
 * @throws {DamagedDataError} If `data` is not an encoded record.
 */
export function decodeJournalRecord(data: Uint8Array): JournalRecord {
  const reader = new ByteReader(data);
  const record = readRecord(reader);
  reader.end();
  return record;
}

function head(kind: number, record: { readonly task: number; readonly attempt: number }): void {
  writer.u8(kind);
  writer.varint(record.task);
  writer.varint(record.attempt);
}

function readRecord(reader: ByteReader): JournalRecord {
  const kind = reader.u8();
  switch (kind) {
    case APP:
      return { kind: "app", app: readApp(reader) };
    case WORKER:
      return { kind: "worker", address: readAddress(reader), log: reader.text() };
    case STARTED: {
      const id = readAttemptId(reader);
      return { kind: "started", id, workerId: reader.text(), backup: reader.bool() };
    }
    case MAP_DONE: {
      const [task, attempt] = [reader.varint(), reader.varint()];
      return { kind: "mapDone", task, attempt, result: readMapResult(reader) };
    }
    case REDUCE_DONE: {
      const [task, attempt] = [reader.varint(), reader.varint()];
      return { kind: "reduceDone", task, attempt, result: readReduceResult(reader) };
    }
    case COMMITTED:
      return { kind: "committed", task: reader.varint(), attempt: reader.varint() };
    case SKIP:
      return { kind: "skip", task: reader.varint(), record: readRange(reader) };
    default:
      throw new DamagedDataError(`There is no journal record of kind ${kind}`, 0);
  }
}
