import assert from "node:assert/strict";
import { TASK_TIMEOUT, TestJob, TestWorker } from "./_test_coordinator.ts";

Deno.test("mapreduce §3.1: maps go out first, one to each who asks, in order", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  assert.deepEqual(one.ask(), {
    kind: "map",
    task: 0,
    attempt: 1,
    splits: [{ file: "a", start: 0, end: 100 }],
    nReduce: 2,
    skipRecords: [],
    oneRecordAtATime: false,
  });
  assert.equal(two.ask().task, 1);
});

Deno.test("mapreduce §3.1: no reduce goes out before the last map is finished", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const [first, second] = [one.ask(), two.ask()];
  assert.ok(one.done(first));
  assert.equal(one.tryAsk(), undefined, "a map is handed out, but not finished");
  assert.ok(two.done(second));
  assert.equal(two.ask().kind, "reduce");
});

Deno.test("mapreduce §3.1: a reduce is told where each map's output is", () => {
  const job = new TestJob({ nReduce: 2 });
  const [one, two] = [job.worker("w1"), job.worker("w2", "m2")];
  one.done(one.ask(), {}, [0, 10]);
  two.done(two.ask(), {}, [0, 30]);
  const reduce = one.ask();
  assert.ok(reduce.kind === "reduce");
  assert.equal(reduce.task, 1, "the largest partition is begun first");
  assert.deepEqual(
    reduce.inputs.map((
      { mapTask, worker, path, bytes },
    ) => [mapTask, worker.workerId, path, bytes]),
    [[0, "w1", "m-0-1", 10], [1, "w2", "m-1-1", 30]],
  );
  assert.equal(reduce.outputFolder, "/out", "the worker shares the master's machine");
  const empty = two.ask();
  assert.ok(empty.kind === "reduce");
  assert.deepEqual(empty.inputs, [], "maps without pairs for the partition are left out");
  assert.equal(empty.outputFolder, "", "another machine: the output stays with the worker");
});

Deno.test("a question is held while there is nothing to do, and answered when there is", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const map = one.ask();
  const answer = two.send();
  job.pass(200);
  assert.equal(answer(), undefined);
  one.done(map);
  const reply = answer();
  assert.ok(reply?.kind === "assigned");
  assert.equal(reply.assignment.kind, "reduce");
});

Deno.test("a question that cannot be answered for long is answered with: ask again", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.ask();
  const answer = two.send();
  job.pass(250);
  assert.deepEqual(answer(), { kind: "wait", delay: 0 });
});

Deno.test("a worker that asks again gets the same attempt again: the answer was lost", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  const first = worker.ask();
  assert.deepEqual(worker.ask(), first);
  assert.equal(job.status.map.attempts, 1);
  assert.ok(worker.done(first));
});

Deno.test("lab 1 §2: a task that is not reported within 10 s goes to another worker", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const first = one.ask();
  two.done(two.ask());
  job.pass(TASK_TIMEOUT - 1);
  two.register();
  assert.equal(two.tryAsk(), undefined, "not before 10 s");
  job.pass(1);
  const again = two.ask();
  assert.deepEqual([again.task, again.attempt], [first.task, 2]);
});

Deno.test("progress keeps an attempt alive; a heartbeat without progress does not", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const map = one.ask();
  for (let i = 0; i < 5; i++) {
    job.pass(TASK_TIMEOUT - 1);
    assert.ok(one.beats(map));
    two.register();
  }
  job.pass(TASK_TIMEOUT - 1);
  assert.ok(one.beats(map, { active: false }));
  job.pass(1);
  assert.equal(two.ask().attempt, 2);
  assert.ok(!one.beats(map, { active: false }), "a hanging attempt is cancelled");
});

Deno.test("lab 1 §2: a late report of a task that nobody has finished counts", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const late = one.ask();
  job.pass(TASK_TIMEOUT);
  const again = two.ask();
  assert.ok(one.done(late, { words: 3 }));
  assert.ok(!two.done(again, { words: 3 }), "the first report wins");
  assert.equal(job.status.counters.words, 3);
  assert.equal(job.status.wastedAttempts, 1);
});

Deno.test("lab 1 §15.4: a late report of a task that another attempt has finished does not count", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const late = one.ask();
  job.pass(TASK_TIMEOUT);
  assert.ok(two.done(two.ask(), { words: 3 }));
  assert.ok(!one.done(late, { words: 3 }));
  assert.equal(job.status.counters.words, 3);
  assert.deepEqual([job.status.map.completed, job.status.wastedAttempts], [1, 1]);
});

Deno.test("lab 1 §15.4: a doubled report is answered as the first one, and counted once", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  const map = worker.ask();
  assert.ok(worker.done(map, { words: 3 }));
  assert.ok(worker.done(map, { words: 3 }));
  assert.equal(job.status.map.completed, 1);
  assert.equal(job.status.counters.words, 3);
});

Deno.test("a report of an attempt that its sender does not have is refused", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const map = one.ask();
  assert.ok(!two.done(map));
  assert.ok(!one.done({ ...map, attempt: 7 }));
  assert.ok(!one.done({ ...map, task: 99 }));
  assert.ok(!one.done({ kind: "reduce", task: 99, attempt: 1 }));
  assert.equal(job.status.map.completed, 0);
});

Deno.test("a report of a map with too few partitions ends the job: the worker is of another kind", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  worker.done(worker.ask(), {}, [1, 2, 3]);
  assert.match(job.status.failure!, /has made 3 partitions instead of 2/);
});

Deno.test("an attempt that was given up may come back to life, beside the one in its place", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }] });
  const [one, two, three] = [job.worker("w1"), job.worker("w2"), job.worker("w3")];
  const first = one.ask();
  job.pass(TASK_TIMEOUT);
  const second = two.ask();
  assert.ok(one.beats(first));
  assert.equal(job.status.map.inProgress, 1);
  job.pass(TASK_TIMEOUT);
  const third = three.ask();
  assert.ok(one.beats(first));
  assert.ok(!two.beats(second), "two at a time are enough");
  assert.ok(three.done(third));
  assert.ok(!one.beats(first), "the other one is cancelled");
  assert.equal(job.status.wastedAttempts, 2);
});

Deno.test("an attempt that comes back takes the place of one handed out to a lost question", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const first = one.ask();
  two.ask();
  job.pass(TASK_TIMEOUT);
  const phantom = one.ask();
  assert.notDeepEqual([phantom.task, phantom.attempt], [first.task, first.attempt]);
  assert.ok(one.beats(first));
  const { running } = job.status.workers[0]!;
  assert.deepEqual([running?.task, running?.attempt], [first.task, first.attempt]);
});

Deno.test("the job ends when all outputs have their names, and all workers are told", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  job.doAll(worker);
  assert.equal(job.orders.length, 2);
  assert.equal(job.status.reduce.completed, 0, "reported, but not committed");
  assert.equal(job.status.reduce.inProgress, 2);
  job.step({ kind: "committed", order: job.orders[0]! });
  const answer = worker.send();
  assert.ok(!job.finishAsked);
  job.step({ kind: "committed", order: job.orders[1]! });
  assert.ok(job.finishAsked);
  assert.equal(job.status.phase, "finishing");
  job.step({ kind: "timer" });
  assert.equal(answer(), undefined, "no worker leaves before the end");
  job.step({ kind: "finished" });
  assert.deepEqual(answer(), { kind: "exit", failure: undefined });
  assert.equal(job.status.phase, "done");
  assert.ok(job.status.allDismissed);
  assert.deepEqual(job.worker("late").register(), { kind: "exit", failure: undefined });
});

Deno.test("an output that cannot be had is made again by another attempt", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  job.doAll(worker);
  const order = job.orders[0]!;
  job.step({ kind: "commitFailed", order, message: "it is gone", lost: true });
  const again = worker.ask();
  assert.deepEqual([again.kind, again.task, again.attempt], ["reduce", order.task, 2]);
  assert.ok(!worker.done({ ...again, attempt: 1 }), "the lost attempt cannot come back");
  job.step({ kind: "committed", order });
  assert.equal(job.status.reduce.completed, 0, "nor can its commit");
  assert.ok(worker.done(again));
  job.orders.shift();
  job.commitAll();
  assert.ok(job.finishAsked);
});

Deno.test("an output that cannot be written to its place ends the job after some tries", () => {
  const job = new TestJob({ nReduce: 2, attemptsMax: 2 });
  const worker = job.worker("w1");
  job.doAll(worker);
  for (let i = 0; i < 2; i++) {
    const order = job.orders.pop()!;
    job.step({ kind: "commitFailed", order, message: "no space is left", lost: false });
    job.doAll(worker);
  }
  assert.match(job.status.failure!, /^Reduce task \d failed .*no space is left/);
});

Deno.test("the first worker decides on the application if the master does not know it", () => {
  const job = new TestJob({ app: null, inputs: [{ file: "a", size: 500 }] });
  assert.equal(job.status.phase, "waiting");
  const first = new TestWorker(job, "w1", "m1");
  assert.equal(first.register({ name: "indexer", wholeFiles: true }).kind, "registered");
  assert.equal(job.status.app, "indexer");
  assert.equal(job.status.map.tasks, 1, "whole files");
  assert.deepEqual(new TestWorker(job, "w2", "m1").register({ name: "wc", wholeFiles: false }), {
    kind: "refused",
    message: "This job runs indexer, the worker brings wc",
  });
});

Deno.test("a job without input has reduces only", () => {
  const job = new TestJob({ inputs: [{ file: "empty", size: 0 }] });
  const worker = job.worker("w1");
  assert.equal(worker.ask().kind, "reduce");
  job.doAll(worker);
  job.commitAll();
  assert.ok(job.finishAsked);
});

Deno.test("what comes from an unknown worker, or from one of another job, is not handled", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  assert.deepEqual(
    job.call({ kind: "askForWork", workerId: "stranger", jobId: "job" }),
    { kind: "unknownWorker" },
  );
  const reply = job.call({ kind: "askForWork", workerId: worker.id, jobId: "another" });
  assert.match(reply.kind === "exit" ? reply.failure! : "", /another job/);
});

Deno.test("tasks near a worker go to it first, and large files before all others", () => {
  const job = new TestJob({
    splitBytes: 100,
    inputs: [
      { file: "far", size: 100, machines: ["m2"] },
      { file: "near", size: 100, machines: ["m1"] },
      { file: "large.gz", size: 900 },
    ],
  });
  const [one, two] = [job.worker("w1", "m1"), job.worker("w2", "m3")];
  const fileOf = (worker: typeof one) => {
    const assignment = worker.ask();
    return assignment.kind === "map" ? assignment.splits[0]!.file : "";
  };
  assert.equal(fileOf(one), "near");
  assert.equal(fileOf(two), "large.gz");
});

Deno.test("a master that was asleep does not blame the workers", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  const map = worker.ask();
  job.pass(1000);
  job.now = (job.now + 60_000) as typeof job.now;
  job.step({ kind: "timer" });
  assert.equal(job.status.workers[0]!.life, "alive");
  assert.ok(worker.beats(map));
  assert.equal(job.status.map.lost, 0);
});

Deno.test("an aborted job tells its workers why", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  const map = worker.ask();
  job.step({ kind: "abort", message: "interrupted" });
  assert.equal(job.status.phase, "failed");
  assert.deepEqual(
    job.call({
      kind: "heartbeat",
      ...worker.from,
      running: { kind: "map", task: map.task, attempt: 1 },
      active: true,
      fraction: 0,
      status: "",
      record: undefined,
    }),
    { kind: "exit", failure: "interrupted" },
  );
});

Deno.test("a hundred thousand small files share about a thousand tasks", () => {
  const inputs = Array.from({ length: 100_000 }, (_, i) => ({ file: `f${i}`, size: 1000 }));
  const job = new TestJob({ inputs, splitBytes: 32 << 20 });
  const { tasks } = job.status.map;
  assert.ok(tasks >= 900 && tasks <= 1100, `${tasks} tasks`);
});
