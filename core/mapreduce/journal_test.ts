import assert from "node:assert/strict";
import { SeededRandom } from "../base/random.ts";
import { MemoryFiles } from "../sim/files.ts";
import { JOB_OPTIONS_DEFAULT } from "./coordinator_defaults.ts";
import type { JobDescription } from "./coordinator_io.ts";
import {
  type Journal,
  JournalMismatchError,
  openJournal,
  type RecoveredJournal,
} from "./journal.ts";
import { decodeJournalRecord, encodeJournalRecord, type JournalRecord } from "./journal_records.ts";

const JOB: JobDescription = {
  inputs: [{ file: "a", size: 10, version: "monday" }, { file: "b", size: 20 }],
  splitBytes: 100,
  app: undefined,
  options: JOB_OPTIONS_DEFAULT,
};

const ADDRESS = { workerId: "w1", hostname: "h", port: 1, machineId: "m", folder: "/w1" };
const RECORDS: readonly JournalRecord[] = [
  { kind: "app", app: { name: "wc", wholeFiles: false } },
  { kind: "worker", address: ADDRESS, log: "/log" },
  { kind: "started", id: { kind: "map", task: 0, attempt: 1 }, workerId: "w1", backup: false },
  {
    kind: "mapDone",
    task: 0,
    attempt: 1,
    result: { partitionBytes: [1, 2], path: "m", counters: { words: 3 } },
  },
  { kind: "skip", task: 0, record: { file: "a", start: 1, end: 2 } },
  { kind: "started", id: { kind: "reduce", task: 1, attempt: 1 }, workerId: "w1", backup: true },
  {
    kind: "reduceDone",
    task: 1,
    attempt: 1,
    result: { outputFile: "p", bytes: 4, records: 1, counters: {} },
  },
  { kind: "committed", task: 1, attempt: 1 },
];

function open(files: MemoryFiles, job = JOB, newJobId = "first"): Promise<RecoveredJournal> {
  return openJournal({ files, path: "/out/journal", job, newJobId, outputFolder: "/out" });
}

async function write(journal: Journal, records: readonly JournalRecord[]): Promise<void> {
  for (const record of records) await journal.append([record]);
}

async function put(files: MemoryFiles, path: string, bytes: Uint8Array): Promise<void> {
  const writer = await files.create(path);
  await writer.write(bytes);
  await writer.close(true);
}

/** The file that was written last. */
async function lastFile(files: MemoryFiles): Promise<string> {
  const names = (await files.list("/out")).filter((name) => name.startsWith("journal-"));
  return `/out/${names.sort((a, b) => a.length - b.length || (a < b ? -1 : 1)).at(-1)}`;
}

for (const record of RECORDS) {
  Deno.test(`a journal record survives its journey: ${record.kind}`, () => {
    assert.deepEqual(decodeJournalRecord(encodeJournalRecord(record)), record);
  });
}

Deno.test("openJournal() begins an empty journal, and finds in it what was appended", async () => {
  const files = new MemoryFiles();
  await put(files, "/out/mr-out-1", new Uint8Array(4));
  const first = await open(files);
  assert.deepEqual([first.jobId, first.records, first.droppedBytes], ["first", [], 0]);
  await write(first.journal, RECORDS);
  const second = await open(files, JOB, "second");
  assert.deepEqual([second.jobId, second.records, second.droppedBytes], ["first", RECORDS, 0]);
});

Deno.test("Journal.append() keeps the order of appends that do not wait for each other", async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  const appends = RECORDS.slice(0, 5).map((record) => journal.append([record]));
  await Promise.all(appends);
  assert.deepEqual((await open(files)).records, RECORDS.slice(0, 5));
});

Deno.test("a journal goes on through many restarts, in two files", async () => {
  const files = new MemoryFiles();
  for (let i = 0; i < 5; i++) {
    const { journal, records } = await open(files);
    assert.deepEqual(records, RECORDS.slice(0, i));
    await write(journal, RECORDS.slice(i, i + 1));
    await journal.close();
  }
  assert.equal((await files.list("/out")).length, 2);
});

Deno.test("a torn end is cut off at any byte, and reported", async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  await write(journal, RECORDS.slice(0, 3));
  const name = await lastFile(files);
  const whole = await files.read(name, 0, 1000);
  for (let length = 0; length < whole.length; length++) {
    const torn = new MemoryFiles();
    await put(torn, name, whole.subarray(0, length));
    const { records, droppedBytes } = await open(torn);
    assert.ok(records.length < 3);
    assert.deepEqual(records, RECORDS.slice(0, records.length));
    assert.ok(droppedBytes >= 0 && droppedBytes <= length);
  }
});

Deno.test("a record with a flipped bit, and all behind it, is cut off", async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  await write(journal, RECORDS.slice(0, 3));
  const name = await lastFile(files);
  const damaged = await files.read(name, 0, 1000);
  damaged[damaged.length - 1]! ^= 1;
  await put(files, name, damaged);
  assert.deepEqual((await open(files)).records, RECORDS.slice(0, 2));
});

Deno.test("what earlier starts have written survives the loss of power", async () => {
  for (let seed = 0n; seed < 50n; seed++) {
    const files = new MemoryFiles();
    await write((await open(files)).journal, RECORDS.slice(0, 2));
    await write((await open(files)).journal, RECORDS.slice(2, 4));
    files.crash(new SeededRandom(seed));
    const { records, jobId } = await open(files, JOB, "another");
    assert.equal(jobId, "first");
    assert.ok(records.length >= 2);
    assert.deepEqual(records, RECORDS.slice(0, records.length));
  }
});

Deno.test("a start that is interrupted at any operation loses nothing", async () => {
  let isInterrupted = true;
  for (let operations = 0; isInterrupted; operations++) {
    const files = new MemoryFiles();
    await write((await open(files)).journal, RECORDS.slice(0, 3));
    files.failNext(operations);
    isInterrupted = await open(files).then(() => false, () => true);
    assert.ok(isInterrupted || operations > 10);
    if (isInterrupted) assert.deepEqual((await open(files)).records, RECORDS.slice(0, 3));
  }
});

Deno.test("a committed output that is gone, or not whole, is made again", async () => {
  for (const bytes of [undefined, 3]) {
    const files = new MemoryFiles();
    const { journal } = await open(files);
    await write(journal, RECORDS);
    if (bytes !== undefined) await put(files, "/out/mr-out-1", new Uint8Array(bytes));
    assert.deepEqual((await open(files)).records, RECORDS.slice(0, 6));
    await put(files, "/out/mr-out-1", new Uint8Array(4));
    assert.deepEqual((await open(files)).records, RECORDS.slice(0, 6), "once lost is lost");
  }
});

const OTHERS: readonly (readonly [what: string, job: JobDescription, message: RegExp])[] = [
  ["fewer files", { ...JOB, inputs: JOB.inputs.slice(1) }, /it has 2 input files, there are 1 now/],
  [
    "another file",
    { ...JOB, inputs: [JOB.inputs[0]!, { file: "c", size: 20 }] },
    /its input file 2 is b, it is c now/,
  ],
  [
    "a file of another size",
    { ...JOB, inputs: [JOB.inputs[0]!, { file: "b", size: 21 }] },
    /b had 20 bytes, it has 21 now/,
  ],
  [
    "a file that was changed",
    { ...JOB, inputs: [{ file: "a", size: 10, version: "tuesday" }, JOB.inputs[1]!] },
    /a was changed at monday, and again at tuesday/,
  ],
  [
    "other partitions",
    { ...JOB, options: { ...JOB_OPTIONS_DEFAULT, nReduce: 3 } },
    /it has 10 reduce tasks, there are to be 3 now/,
  ],
  ["other splits", { ...JOB, splitBytes: 7 }, /its splits have 100 bytes, they are to have 7 now/],
  [
    "records to be skipped",
    { ...JOB, options: { ...JOB_OPTIONS_DEFAULT, skipBadRecords: true } },
    /it does not skip bad records/,
  ],
  [
    "another application",
    { ...JOB, app: { name: "grep", wholeFiles: false } },
    /it runs wc, it is to be grep now/,
  ],
];

for (const [what, job, message] of OTHERS) {
  Deno.test(`the journal of another job is refused, and left alone: ${what}`, async () => {
    const files = new MemoryFiles();
    await write((await open(files)).journal, RECORDS.slice(0, 1));
    await assert.rejects(
      open(files, job),
      (error) => error instanceof JournalMismatchError && message.test(error.message),
    );
    assert.deepEqual((await open(files)).records, RECORDS.slice(0, 1));
  });
}

Deno.test("a master may be restarted with more patience", async () => {
  const files = new MemoryFiles();
  await write((await open(files)).journal, RECORDS.slice(0, 1));
  const options = { ...JOB_OPTIONS_DEFAULT, attemptsMax: 99, backupAfter: undefined };
  assert.equal((await open(files, { ...JOB, options })).records.length, 1);
});

Deno.test("the journal of another version of the program is refused", async () => {
  const files = new MemoryFiles();
  await open(files);
  const name = await lastFile(files);
  const data = await files.read(name, 0, 1000);
  const { fnv1a } = await import("./partition.ts");
  data[8] = 99;
  new DataView(data.buffer).setUint32(4, fnv1a(data.subarray(8)), true);
  await put(files, name, data);
  await assert.rejects(open(files), /written by another version/);
});

Deno.test("Journal.remove() leaves nothing", async () => {
  const files = new MemoryFiles();
  await write((await open(files)).journal, RECORDS.slice(0, 2));
  const { journal } = await open(files);
  await write(journal, RECORDS.slice(2, 3));
  await journal.remove();
  await journal.close();
  assert.deepEqual(await files.list("/out"), []);
});

Deno.test("after a write has failed, nothing more is written", async () => {
  const files = new MemoryFiles();
  const { journal } = await open(files);
  await write(journal, RECORDS.slice(0, 1));
  files.failNext();
  await assert.rejects(journal.append(RECORDS.slice(1, 2)));
  await assert.rejects(journal.append(RECORDS.slice(2, 3)));
  await assert.rejects(journal.close());
  assert.deepEqual((await open(files)).records, RECORDS.slice(0, 1));
});
