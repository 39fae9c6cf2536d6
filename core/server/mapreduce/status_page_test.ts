import assert from "node:assert/strict";
import type { JobStatus, TaskStatus, WorkerStatus } from "../../mapreduce/coordinator_status.ts";
import { ms } from "../../base/units.ts";
import { statusPage, statusReply } from "./status_page.ts";

const PHASE = {
  tasks: 1234,
  idle: 0,
  inProgress: 1,
  completed: 1233,
  fraction: 0.9995,
  attempts: 1240,
  backups: 2,
  failed: 3,
  lost: 2,
};

const WORKER: WorkerStatus = {
  address: { workerId: "w<1>", hostname: "10.0.0.1", port: 1, machineId: "m", folder: "/tmp/w" },
  log: "/tmp/<log>",
  life: "dead",
  silent: ms(12_345),
  running: undefined,
  attemptsDone: 5,
  attemptsFailed: 1,
};

const JOB: JobStatus = {
  jobId: "j1",
  app: `<script>alert("x")</script>`,
  phase: "map",
  failure: undefined,
  elapsed: ms(61_000),
  map: PHASE,
  reduce: PHASE,
  workers: [WORKER],
  counters: { "map input bytes": 1_234_567 },
  inputBytes: 9_999_999,
  intermediateBytes: 0,
  outputBytes: 0,
  outputRecords: 0,
  wastedAttempts: 7,
  wastedTime: ms(1500),
  slowest: undefined,
  skippedRecords: [],
  allDismissed: false,
};

const TASK: TaskStatus = {
  kind: "map",
  task: 7,
  state: "inProgress",
  input: "a & b.txt",
  inputBytes: 4096,
  attempts: [{
    kind: "map",
    task: 7,
    attempt: 1,
    workerId: "w<1>",
    state: "running",
    backup: true,
    duration: ms(2500),
    fraction: 0.5,
    status: "",
  }],
};

function source(job: Partial<JobStatus> = {}, tasks: readonly TaskStatus[] = [TASK]) {
  return { status: () => ({ ...JOB, ...job }), tasks: () => tasks };
}

Deno.test("the status page shows what is going on, and reads itself again", () => {
  const page = statusPage(source());
  assert.match(page, /http-equiv="refresh"/);
  assert.match(page, /<td>1,233<\/td>/);
  assert.match(page, /dead, silent for 12.3 s/);
  assert.match(page, /<td>1,234,567<\/td>/);
  assert.match(page, /w&#60;1&#62;: running \(backup\), 2.5 s/);
});

Deno.test("what workers and applications say does not become part of the page's markup", () => {
  const page = statusPage(source({ failure: "<b>&" }));
  assert.doesNotMatch(page, /<script|w<1>|<log>|<b>/);
  assert.match(page, /a &#38; b\.txt/);
  assert.match(page, /<p class="failure">&#60;b&#62;&#38;<\/p>/);
});

Deno.test("the page of a job that is over stays as it is", () => {
  assert.doesNotMatch(statusPage(source({ phase: "done" })), /refresh/);
  assert.doesNotMatch(statusPage(source({ phase: "failed", failure: "x" })), /refresh/);
});

Deno.test("a page of very many tasks shows some of them", () => {
  const page = statusPage(source({}, Array.from({ length: 700 }, () => TASK)));
  assert.match(page, /and 200 more, in <a href="\/status">/);
});

Deno.test("the status is told to programs too", () => {
  const document = JSON.parse(statusReply("/status?x", source())!.body);
  assert.equal(document.app, JOB.app);
  assert.equal(document.tasks.length, 2);
  assert.equal("allDismissed" in document, false);
  assert.deepEqual(statusReply("/readyz", source())!.status, 200);
  assert.deepEqual(statusReply("/readyz", source({ phase: "failed", failure: "x" }))!.status, 503);
  assert.equal(statusReply("/healthz", source())!.body, "ok\n");
  assert.equal(statusReply("/x", source()), undefined);
});
