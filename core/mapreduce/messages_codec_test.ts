import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import { ms } from "../base/units.ts";
import type { WorkerAddress } from "./job.ts";
import type { CoordinatorReply, WorkerRequest } from "./messages.ts";
import { decodeWorkerRequest, encodeWorkerRequest } from "./messages_codec.ts";
import {
  decodeFetchReply,
  decodeFetchRequest,
  encodeFetchReply,
  encodeFetchRequest,
} from "./messages_fetch_codec.ts";
import { decodeCoordinatorReply, encodeCoordinatorReply } from "./messages_reply_codec.ts";

const ADDRESS: WorkerAddress = {
  workerId: "w-1",
  hostname: "10.0.0.7",
  port: 40_123,
  machineId: "boot-7f",
  folder: "/tmp/ümlaut",
};
const FROM = { workerId: "w-1", jobId: "5ca1ab1e" };
const RECORD = { file: "../pg-grimm.txt", start: 2 ** 40, end: 2 ** 40 + 17 };

const REQUESTS: readonly WorkerRequest[] = [
  { kind: "register", address: ADDRESS, app: { name: "wc", wholeFiles: false }, log: "stderr" },
  { kind: "askForWork", ...FROM },
  {
    kind: "heartbeat",
    ...FROM,
    running: { kind: "map", task: 99_999, attempt: 3 },
    active: true,
    fraction: 0.25,
    status: "sorting",
    record: RECORD,
  },
  {
    kind: "heartbeat",
    ...FROM,
    running: { kind: "reduce", task: 0, attempt: 1 },
    active: false,
    fraction: 1,
    status: "",
    record: undefined,
  },
  {
    kind: "mapDone",
    ...FROM,
    task: 7,
    attempt: 2,
    result: {
      partitionBytes: [0, 5, 2 ** 33],
      path: "m-7-2",
      counters: { "map input records": 12, below: -3, constructor: 1 },
    },
  },
  {
    kind: "reduceDone",
    ...FROM,
    task: 9,
    attempt: 1,
    result: { outputFile: "/out/mr-part-9-1-w-1", bytes: 2 ** 35, records: 1234, counters: {} },
  },
  {
    kind: "attemptFailed",
    ...FROM,
    id: { kind: "map", task: 1, attempt: 4 },
    message: "TypeError: x is not a function",
    record: RECORD,
    lostInputs: [],
  },
  {
    kind: "attemptFailed",
    ...FROM,
    id: { kind: "reduce", task: 1, attempt: 4 },
    message: "files are gone",
    record: undefined,
    lostInputs: [0, 3, 1000],
  },
  { kind: "leave", ...FROM, filesStay: true },
];

const OTHER: WorkerAddress = { ...ADDRESS, workerId: "w-2", port: 1 };

const REPLIES: readonly CoordinatorReply[] = [
  {
    kind: "registered",
    jobId: "5ca1ab1e",
    heartbeatInterval: ms(0.5),
    machineId: "boot-7f",
    inputFolder: "/home/me",
  },
  { kind: "refused", message: "this job runs wc" },
  {
    kind: "assigned",
    assignment: {
      kind: "map",
      task: 3,
      attempt: 1,
      splits: [{ file: "a", start: 0, end: 10 }, { file: "b", start: 5, end: 2 ** 45 }],
      nReduce: 10,
      skipRecords: [RECORD],
      oneRecordAtATime: true,
    },
  },
  {
    kind: "assigned",
    assignment: {
      kind: "reduce",
      task: 3,
      attempt: 1,
      inputs: [
        { mapTask: 0, attempt: 1, worker: ADDRESS, path: "m-0-1", bytes: 100 },
        { mapTask: 1, attempt: 2, worker: OTHER, path: "m-1-2", bytes: 1 },
        { mapTask: 2, attempt: 1, worker: ADDRESS, path: "m-2-1", bytes: 3 },
      ],
      outputFolder: "/out",
    },
  },
  { kind: "wait", delay: ms(250) },
  { kind: "heartbeatReply", cancelled: true },
  { kind: "reported", accepted: false },
  { kind: "unknownWorker" },
  { kind: "exit", failure: undefined },
  { kind: "exit", failure: "map task 3 failed 4 times" },
];

for (const request of REQUESTS) {
  Deno.test(`a request survives its journey: ${JSON.stringify(request).slice(0, 60)}`, () => {
    const bytes = encodeWorkerRequest(request);
    assert.deepEqual(decodeWorkerRequest(bytes), request);
    refusesEveryCut(decodeWorkerRequest, bytes);
  });
}

for (const reply of REPLIES) {
  Deno.test(`an answer survives its journey: ${JSON.stringify(reply).slice(0, 60)}`, () => {
    const bytes = encodeCoordinatorReply(reply);
    assert.deepEqual(decodeCoordinatorReply(bytes), reply);
    refusesEveryCut(decodeCoordinatorReply, bytes);
  });
}

Deno.test("pieces of files survive their journey, missing ones too", () => {
  const request = { path: "m-7-2/3", offset: 2 ** 40, length: 1 << 20 };
  assert.deepEqual(decodeFetchRequest(encodeFetchRequest(request)), request);
  for (const piece of [Uint8Array.of(), Uint8Array.of(0, 1, 255), undefined]) {
    assert.deepEqual(decodeFetchReply(encodeFetchReply(piece)), piece);
  }
  assert.throws(() => decodeFetchReply(Uint8Array.of(0, 1)), DamagedDataError);
});

Deno.test("a list that announces more items than there are bytes is refused before it costs memory", () => {
  const bytes = encodeWorkerRequest(REQUESTS[4]!);
  const damaged = Uint8Array.of(4, 0, 0, 1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f);
  assert.equal(damaged[0], bytes[0]);
  assert.throws(() => decodeWorkerRequest(damaged), DamagedDataError);
});

Deno.test("unknown kinds of messages are refused", () => {
  assert.throws(() => decodeWorkerRequest(Uint8Array.of(99, 0, 0)), DamagedDataError);
  assert.throws(() => decodeCoordinatorReply(Uint8Array.of(99)), DamagedDataError);
});

function refusesEveryCut(decode: (data: Uint8Array) => unknown, bytes: Uint8Array): void {
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => decode(bytes.subarray(0, length)), DamagedDataError);
  }
  const longer = new Uint8Array(bytes.length + 1);
  longer.set(bytes);
  assert.throws(() => decode(longer), DamagedDataError);
}
