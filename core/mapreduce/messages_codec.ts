/**
 * How the requests of workers travel: one byte for the kind, then the fields. The same bytes go over the simulated
 * network and the real one.
 */

import { ByteReader, ByteWriter } from "../base/bytes.ts";
import { DamagedDataError } from "../base/errors.ts";
import type { Heartbeat, Register, WorkerRequest } from "./messages.ts";
import {
  readAddress,
  readApp,
  readAttemptId,
  readList,
  readMapResult,
  readOptional,
  readRange,
  readReduceResult,
  readVarint,
  writeAddress,
  writeApp,
  writeAttemptId,
  writeList,
  writeMapResult,
  writeOptional,
  writeRange,
  writeReduceResult,
  writeVarint,
} from "./messages_fields.ts";

const REGISTER = 1;
const ASK_FOR_WORK = 2;
const HEARTBEAT = 3;
const MAP_DONE = 4;
const REDUCE_DONE = 5;
const ATTEMPT_FAILED = 6;
const LEAVE = 7;

/** Fractions travel in parts of this. */
const FRACTION_SCALE = 1_000_000;

const writer = new ByteWriter(1024);

/** Encodes a worker's request. */
export function encodeWorkerRequest(request: WorkerRequest): Uint8Array {
  switch (request.kind) {
    case "register":
      writer.u8(REGISTER);
      writeAddress(writer, request.address);
      writeApp(writer, request.app);
      writer.text(request.log);
      break;
    case "askForWork":
      head(ASK_FOR_WORK, request);
      break;
    case "heartbeat":
      head(HEARTBEAT, request);
      writeAttemptId(writer, request.running);
      writer.bool(request.active);
      writer.varint(Math.round(request.fraction * FRACTION_SCALE));
      writer.text(request.status);
      writeOptional(writer, request.record, writeRange);
      break;
    case "mapDone":
      head(MAP_DONE, request);
      writer.varint(request.task);
      writer.varint(request.attempt);
      writeMapResult(writer, request.result);
      break;
    case "reduceDone":
      head(REDUCE_DONE, request);
      writer.varint(request.task);
      writer.varint(request.attempt);
      writeReduceResult(writer, request.result);
      break;
    case "attemptFailed":
      head(ATTEMPT_FAILED, request);
      writeAttemptId(writer, request.id);
      writer.text(request.message);
      writeOptional(writer, request.record, writeRange);
      writeList(writer, request.lostInputs, writeVarint);
      break;
    case "leave":
      head(LEAVE, request);
      writer.bool(request.filesStay);
      break;
  }
  return writer.finish();
}

/**
 * Decodes a worker's request.
 *
 * @throws {DamagedDataError} If `data` is not an encoded request.
 */
export function decodeWorkerRequest(data: Uint8Array): WorkerRequest {
  const reader = new ByteReader(data);
  const kind = reader.u8();
  const request = kind === REGISTER ? readRegister(reader) : readFromWorker(reader, kind);
  reader.end();
  return request;
}

function head(kind: number, request: Exclude<WorkerRequest, Register>): void {
  writer.u8(kind);
  writer.text(request.workerId);
  writer.text(request.jobId);
}

function readRegister(reader: ByteReader): Register {
  const address = readAddress(reader);
  const app = readApp(reader);
  return { kind: "register", address, app, log: reader.text() };
}

function readFromWorker(reader: ByteReader, kind: number): WorkerRequest {
  const from = { workerId: reader.text(), jobId: reader.text() };
  switch (kind) {
    case ASK_FOR_WORK:
      return { kind: "askForWork", ...from };
    case HEARTBEAT:
      return { kind: "heartbeat", ...from, ...readProgress(reader) };
    case MAP_DONE: {
      const [task, attempt] = [reader.varint(), reader.varint()];
      return { kind: "mapDone", ...from, task, attempt, result: readMapResult(reader) };
    }
    case REDUCE_DONE: {
      const [task, attempt] = [reader.varint(), reader.varint()];
      return { kind: "reduceDone", ...from, task, attempt, result: readReduceResult(reader) };
    }
    case ATTEMPT_FAILED: {
      const id = readAttemptId(reader);
      const message = reader.text();
      const record = readOptional(reader, readRange);
      const lostInputs = readList(reader, readVarint);
      return { kind: "attemptFailed", ...from, id, message, record, lostInputs };
    }
    case LEAVE:
      return { kind: "leave", ...from, filesStay: reader.bool() };
    default:
      throw new DamagedDataError(`There is no request of kind ${kind}`, 0);
  }
}

function readProgress(
  reader: ByteReader,
): Pick<Heartbeat, "running" | "active" | "fraction" | "status" | "record"> {
  return {
    running: readAttemptId(reader),
    active: reader.bool(),
    fraction: reader.varint() / FRACTION_SCALE,
    status: reader.text(),
    record: readOptional(reader, readRange),
  };
}
