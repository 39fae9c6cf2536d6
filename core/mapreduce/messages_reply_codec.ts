/** How the answers of the coordinator travel: one byte for the kind, then the fields. */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import { type Millis, ms } from "../base/units.ts";
import type { WorkerAddress } from "./job.ts";
import type { Assignment, CoordinatorReply, MapAssignment, ReduceAssignment } from "./messages.ts";
import {
  readAddress,
  readList,
  readOptional,
  readRange,
  readText,
  writeAddress,
  writeList,
  writeOptional,
  writeRange,
  writeText,
} from "./messages_fields.ts";

const REGISTERED = 1;
const REFUSED = 2;
const ASSIGNED_MAP = 3;
const ASSIGNED_REDUCE = 4;
const WAIT = 5;
const HEARTBEAT_REPLY = 6;
const REPORTED = 7;
const UNKNOWN_WORKER = 8;
const EXIT = 9;

const writer = new ByteWriter(1024);

/** Encodes an answer of the coordinator. */
export function encodeCoordinatorReply(reply: CoordinatorReply): Uint8Array {
  switch (reply.kind) {
    case "registered":
      writer.u8(REGISTERED);
      writer.text(reply.jobId);
      writeMillis(reply.heartbeatInterval);
      writer.text(reply.machineId);
      writer.text(reply.inputFolder);
      break;
    case "refused":
      writer.u8(REFUSED);
      writer.text(reply.message);
      break;
    case "assigned":
      if (reply.assignment.kind === "map") writeMapAssignment(reply.assignment);
      else writeReduceAssignment(reply.assignment);
      break;
    case "wait":
      writer.u8(WAIT);
      writeMillis(reply.delay);
      break;
    case "heartbeatReply":
      writer.u8(HEARTBEAT_REPLY);
      writer.bool(reply.cancelled);
      break;
    case "reported":
      writer.u8(REPORTED);
      writer.bool(reply.accepted);
      break;
    case "unknownWorker":
      writer.u8(UNKNOWN_WORKER);
      break;
    case "exit":
      writer.u8(EXIT);
      writeOptional(writer, reply.failure, writeText);
      break;
  }
  return writer.finish();
}

/**
 * Decodes an answer of the coordinator.
 *
 * @throws {DamagedDataError} If `data` is not an encoded answer.
 */
export function decodeCoordinatorReply(data: Uint8Array): CoordinatorReply {
  const reader = new ByteReader(data);
  const reply = readReply(reader);
  reader.end();
  return reply;
}

/** Spans travel in whole microseconds. */
function writeMillis(span: Millis): void {
  writer.varint(Math.round(span * 1000));
}

function readMillis(reader: ByteReader): Millis {
  return ms(reader.varint() / 1000);
}

function readReply(reader: ByteReader): CoordinatorReply {
  const kind = reader.u8();
  switch (kind) {
    case REGISTERED: {
      const jobId = reader.text();
      const heartbeatInterval = readMillis(reader);
      const machineId = reader.text();
      return {
        kind: "registered",
        jobId,
        heartbeatInterval,
        machineId,
        inputFolder: reader.text(),
      };
    }
    case REFUSED:
      return { kind: "refused", message: reader.text() };
    case ASSIGNED_MAP:
      return { kind: "assigned", assignment: readMapAssignment(reader) };
    case ASSIGNED_REDUCE:
      return { kind: "assigned", assignment: readReduceAssignment(reader) };
    case WAIT:
      return { kind: "wait", delay: readMillis(reader) };
    case HEARTBEAT_REPLY:
      return { kind: "heartbeatReply", cancelled: reader.bool() };
    case REPORTED:
      return { kind: "reported", accepted: reader.bool() };
    case UNKNOWN_WORKER:
      return { kind: "unknownWorker" };
    case EXIT:
      return { kind: "exit", failure: readOptional(reader, readText) };
    default:
      throw new DamagedDataError(`There is no answer of kind ${kind}`, 0);
  }
}

function writeMapAssignment(assignment: MapAssignment): void {
  writer.u8(ASSIGNED_MAP);
  writer.varint(assignment.task);
  writer.varint(assignment.attempt);
  writeList(writer, assignment.splits, writeRange);
  writer.varint(assignment.nReduce);
  writeList(writer, assignment.skipRecords, writeRange);
  writer.bool(assignment.oneRecordAtATime);
}

function readMapAssignment(reader: ByteReader): Assignment {
  return {
    kind: "map",
    task: reader.varint(),
    attempt: reader.varint(),
    splits: readList(reader, readRange),
    nReduce: reader.varint(),
    skipRecords: readList(reader, readRange),
    oneRecordAtATime: reader.bool(),
  };
}

/** Thousands of inputs come from few workers: each worker's address is written once. */
function writeReduceAssignment(assignment: ReduceAssignment): void {
  const numbers = new Map<string, number>();
  const workers: WorkerAddress[] = [];
  for (const { worker } of assignment.inputs) {
    if (numbers.has(worker.workerId)) continue;
    numbers.set(worker.workerId, workers.length);
    workers.push(worker);
  }
  writer.u8(ASSIGNED_REDUCE);
  writer.varint(assignment.task);
  writer.varint(assignment.attempt);
  writer.text(assignment.outputFolder);
  writeList(writer, workers, writeAddress);
  writeList(writer, assignment.inputs, (_, input) => {
    writer.varint(input.mapTask);
    writer.varint(input.attempt);
    writer.varint(numbers.get(input.worker.workerId)!);
    writer.text(input.path);
    writer.varint(input.bytes);
  });
}

function readReduceAssignment(reader: ByteReader): Assignment {
  const task = reader.varint();
  const attempt = reader.varint();
  const outputFolder = reader.text();
  const workers = readList(reader, readAddress);
  const inputs = readList(reader, () => {
    const mapTask = reader.varint();
    const attempt = reader.varint();
    const worker = workers[reader.varint()];
    if (worker === undefined) throw new DamagedDataError("A worker is missing", reader.offset);
    return { mapTask, attempt, worker, path: reader.text(), bytes: reader.varint() };
  });
  return { kind: "reduce", task, attempt, inputs, outputFolder };
}
