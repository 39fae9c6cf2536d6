import assert from "node:assert/strict";
import { TASK_TIMEOUT, TestJob, type TestWorker } from "./_test_coordinator.ts";
import type { Assignment } from "./messages.ts";

const ONE_FILE = { inputs: [{ file: "a", size: 100 }] } as const;
const RECORD = { file: "a", start: 10, end: 20 };

Deno.test("a task fails so many times, then the job does, with the probable cause", () => {
  const job = new TestJob({ ...ONE_FILE, attemptsMax: 3 });
  const worker = job.worker("w1");
  for (let i = 0; i < 3; i++) {
    assert.equal(job.status.failure, undefined);
    worker.failed(worker.ask(), { message: "TypeError: x is not a function" });
  }
  assert.equal(
    job.status.failure,
    "Map task 0 (a, bytes 0 to 100) failed 3 times, at last on worker w1: " +
      "TypeError: x is not a function; its messages are in /log/w1",
  );
});

Deno.test("a failure that is reported twice counts once", () => {
  const job = new TestJob({ ...ONE_FILE, attemptsMax: 2 });
  const worker = job.worker("w1");
  const map = worker.ask();
  worker.failed(map);
  worker.failed(map);
  assert.equal(job.status.failure, undefined);
  assert.equal(worker.ask().attempt, 2);
});

Deno.test("attempts lost with their workers weigh a fifth of a failure", () => {
  const job = new TestJob({ ...ONE_FILE, attemptsMax: 2 });
  for (let i = 1; i < 10; i++) {
    job.worker(`w${i}`).ask();
    job.pass(TASK_TIMEOUT);
  }
  assert.equal(job.status.failure, undefined);
  job.worker("w10").ask();
  job.pass(TASK_TIMEOUT);
  assert.match(job.status.failure!, /failed 10 times, .* no sign of progress for 10 s/);
});

Deno.test("a task that has failed on a worker goes to another one, if there is one", () => {
  const job = new TestJob(ONE_FILE);
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.failed(one.ask());
  assert.equal(one.tryAsk(), undefined);
  assert.equal(two.ask().attempt, 2);
});

Deno.test("a task that has failed everywhere goes to anybody", () => {
  const job = new TestJob(ONE_FILE);
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.failed(one.ask());
  two.failed(two.ask());
  assert.equal(two.ask().attempt, 3);
});

Deno.test("a worker is not kept from a task for ever", () => {
  const job = new TestJob(ONE_FILE);
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.failed(one.ask());
  job.pass(TASK_TIMEOUT - 1);
  two.register();
  assert.equal(one.tryAsk(), undefined);
  job.pass(1);
  assert.equal(one.ask().attempt, 2);
});

/** A job in its reduce phase, with both maps done by `w1` on a machine of its own. */
function inReduce(): {
  job: TestJob;
  one: TestWorker;
  two: TestWorker;
  reduce: Assignment;
} {
  const job = new TestJob();
  const [one, two] = [job.worker("w1", "m1"), job.worker("w2", "m2")];
  one.done(one.ask(), { words: 1 });
  one.done(one.ask(), { words: 1 });
  return { job, one, two, reduce: two.ask() };
}

Deno.test("mapreduce §3.3: a map whose output cannot be read is executed again", () => {
  const { job, one, two, reduce } = inReduce();
  two.failed(reduce, { message: "no such file", lostInputs: [1] });
  assert.equal(job.status.map.completed, 1);
  assert.equal(job.status.phase, "map");
  const again = two.ask();
  assert.deepEqual([again.kind, again.task, again.attempt], ["map", 1, 2]);
  assert.equal(one.tryAsk(), undefined, "reduces wait for it");
  two.done(again, { words: 1 });
  const next = two.ask();
  assert.ok(next.kind === "reduce");
  assert.deepEqual(next.inputs.map(({ worker, path }) => [worker.workerId, path]), [
    ["w1", "m-0-1"],
    ["w2", "m-1-2"],
  ]);
  assert.equal(job.status.counters.words, 2);
});

Deno.test("a reduce that cannot read its input has not failed", () => {
  const { job, two, reduce } = inReduce();
  two.failed(reduce, { lostInputs: [0] });
  assert.equal(job.status.reduce.failed, 1);
  assert.equal(job.coordinator.state.reduces[reduce.task]!.failures, 0);
});

Deno.test("a complaint about an output that was replaced since says nothing about the new one", () => {
  const { job, one, two, reduce } = inReduce();
  const other = one.ask();
  two.failed(reduce, { lostInputs: [0] });
  two.done(two.ask());
  assert.equal(job.status.map.completed, 2);
  one.failed(other, { lostInputs: [0] });
  assert.equal(job.status.map.completed, 2, "the new output is good");
});

Deno.test("an output that nobody can read in the end is the job's failure", () => {
  const { job, two, reduce } = inReduce();
  let running = reduce;
  for (let i = 0; i < 100 && job.status.failure === undefined; i++) {
    two.failed(running, { message: "no route to w2", lostInputs: [0] });
    if (job.status.failure !== undefined) break;
    two.done(two.ask());
    running = two.ask();
  }
  assert.match(job.status.failure!, /^Map task 0 .*cannot read its output \(no route to w2\)/);
});

Deno.test("mapreduce §3.3: the maps of a dead worker are executed again while reduces need them", () => {
  const { job, two, reduce } = inReduce();
  two.beats(reduce);
  job.pass(TASK_TIMEOUT);
  two.beats(reduce);
  job.pass(TASK_TIMEOUT);
  assert.equal(job.status.workers[0]!.life, "dead");
  assert.equal(job.status.map.completed, 0);
});

Deno.test("the maps of a dead worker stay if everybody shares its machine", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.done(one.ask());
  one.done(one.ask());
  job.pass(TASK_TIMEOUT);
  two.register();
  job.pass(TASK_TIMEOUT);
  assert.equal(job.status.workers[0]!.life, "dead");
  assert.equal(job.status.map.completed, 2);
});

Deno.test("the maps of a dead worker stay if no reduce needs them any more", () => {
  const { job, one, two, reduce } = inReduce();
  two.done(reduce);
  one.done(one.ask());
  job.pass(2 * TASK_TIMEOUT);
  assert.equal(job.status.map.completed, 2);
});

Deno.test("regression: counters stay when an output is lost that nobody needs any more", () => {
  const { job, one, two, reduce } = inReduce();
  const other = one.ask();
  two.failed(reduce, { lostInputs: [0] });
  one.done(other);
  const again = two.ask();
  assert.equal(again.kind, "map");
  assert.equal(job.status.counters.words, 2);
});

Deno.test("a worker that comes back brings its maps, but for those that were begun again", () => {
  const { job, one, two, reduce } = inReduce();
  two.beats(reduce);
  job.pass(TASK_TIMEOUT);
  two.beats(reduce);
  job.pass(TASK_TIMEOUT);
  assert.equal(job.status.map.completed, 0);
  two.done(reduce);
  const again = two.ask();
  one.register();
  assert.equal(job.status.map.completed, 1);
  assert.equal(job.status.map.inProgress, 1);
  assert.ok(two.done(again));
  assert.equal(
    job.status.counters.words,
    1,
    "of the first attempt of one, and the second of the other",
  );
});

Deno.test("a worker that leaves frees its task at once, and takes its maps with it", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.done(one.ask());
  one.ask();
  job.call({ kind: "leave", ...one.from, filesStay: false });
  assert.equal(job.status.map.completed, 0);
  assert.equal(two.ask().attempt, 2);
  assert.deepEqual(job.call({ kind: "askForWork", ...one.from }), { kind: "unknownWorker" });
});

Deno.test("a worker that leaves its files behind leaves its maps, too", () => {
  const job = new TestJob();
  const one = job.worker("w1");
  job.worker("w2");
  one.done(one.ask());
  job.call({ kind: "leave", ...one.from, filesStay: true });
  assert.equal(job.status.map.completed, 1);
});

Deno.test("mapreduce §4.6: a record on which two attempts fail is left out", () => {
  const job = new TestJob({ ...ONE_FILE, skipBadRecords: true });
  const worker = job.worker("w1");
  const next = () => {
    const assignment = worker.ask();
    assert.ok(assignment.kind === "map");
    return assignment;
  };
  const first = next();
  assert.ok(!first.oneRecordAtATime);
  worker.failed(first);
  const second = next();
  assert.ok(second.oneRecordAtATime, "nobody knows which record it is");
  worker.failed(second, { record: RECORD });
  const third = next();
  assert.deepEqual(third.skipRecords, []);
  worker.failed(third, { record: RECORD });
  const fourth = next();
  assert.deepEqual(fourth.skipRecords, [RECORD]);
  assert.ok(worker.done(fourth));
  assert.deepEqual(job.status.skippedRecords, [RECORD]);
});

Deno.test("mapreduce §4.6: a record that kills the worker is found by what it announced last", () => {
  const job = new TestJob({ ...ONE_FILE, skipBadRecords: true });
  for (let i = 0; i < 4; i++) {
    const worker = job.worker(`w${i}`);
    const map = worker.ask();
    assert.ok(map.kind === "map");
    assert.equal(map.oneRecordAtATime, i >= 2, "one that vanishes is no proof yet");
    if (map.oneRecordAtATime) worker.beats(map, { record: RECORD });
    job.pass(TASK_TIMEOUT);
  }
  const last = job.worker("w4").ask();
  assert.deepEqual(last.kind === "map" && last.skipRecords, [RECORD]);
});

Deno.test("two records with one failure each are not left out", () => {
  const job = new TestJob({ ...ONE_FILE, skipBadRecords: true, attemptsMax: 5 });
  const worker = job.worker("w1");
  worker.failed(worker.ask(), { record: RECORD });
  worker.failed(worker.ask(), { record: { ...RECORD, start: 15 } });
  const map = worker.ask();
  assert.deepEqual(map.kind === "map" && map.skipRecords, []);
});

Deno.test("records are not left out unless the user wants it", () => {
  const job = new TestJob({ ...ONE_FILE, attemptsMax: 2 });
  const worker = job.worker("w1");
  worker.failed(worker.ask(), { record: RECORD });
  worker.failed(worker.ask(), { record: RECORD });
  assert.match(job.status.failure!, /failed 2 times/);
});

Deno.test("an application that fails on every record does not leave out everything", () => {
  const inputs = [{ file: "a", size: 1_000_000 }];
  const job = new TestJob({ inputs, splitBytes: 1_000_000, skipBadRecords: true });
  const worker = job.worker("w1");
  for (let i = 0; job.status.failure === undefined; i += 10) {
    assert.ok(i < 20_000);
    const record = { file: "a", start: i, end: i + 10 };
    worker.failed(worker.ask(), { record });
    worker.failed(worker.ask(), { record });
  }
  assert.match(job.status.failure, /failed on more than 1000 records/);
});
