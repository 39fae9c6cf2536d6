import assert from "node:assert/strict";
import { DamagedDataError } from "../base/errors.ts";
import { instant, ms } from "../base/units.ts";
import { TASK_TIMEOUT, TestJob } from "./_test_coordinator.ts";
import { Coordinator } from "./coordinator.ts";

Deno.test("a restarted master goes on: completed tasks stay, running attempts are expected", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.done(one.ask(), { words: 7 });
  const running = two.ask();
  job.restart();
  const { map, counters, workers } = job.status;
  assert.deepEqual([map.completed, map.inProgress, counters.words], [1, 1, 7]);
  assert.deepEqual(workers.map(({ life }) => life), ["alive", "alive"]);
  assert.equal(one.tryAsk(), undefined);
  assert.ok(two.beats(running));
  assert.ok(two.done(running));
  assert.equal(one.ask().kind, "reduce");
});

Deno.test("a restarted master gives up attempts of workers that do not come back", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  const lost = one.ask();
  two.done(two.ask());
  job.restart();
  job.pass(TASK_TIMEOUT);
  const again = two.ask();
  assert.deepEqual([again.task, again.attempt], [lost.task, 2], "numbers are never used twice");
});

Deno.test("a restarted master commits what it had decided to commit", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  job.doAll(worker, { words: 1 });
  const [first, second] = [...job.orders];
  job.step({ kind: "committed", order: first! });
  job.restart();
  assert.deepEqual(job.orders, [second]);
  job.commitAll();
  assert.ok(job.finishAsked);
  assert.equal(job.status.counters.words, 4);
});

Deno.test("a master that is restarted after the last commit has only to finish", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  job.doAll(worker);
  job.commitAll();
  job.finishAsked = false;
  job.restart();
  assert.ok(job.finishAsked);
});

Deno.test("a restarted master knows the application that the first worker brought", () => {
  const job = new TestJob({ app: null });
  job.worker("w1");
  job.restart();
  assert.equal(job.status.app, "wc");
  assert.deepEqual(job.worker("w2").register({ name: "indexer", wholeFiles: true }), {
    kind: "refused",
    message: "This job runs wc, the worker brings indexer",
  });
});

Deno.test("a restarted master knows which output replaced a lost one", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1", "m1"), job.worker("w2", "m2")];
  one.done(one.ask(), { words: 1 });
  one.done(one.ask(), { words: 1 });
  const reduce = two.ask();
  two.failed(reduce, { lostInputs: [0] });
  two.done(two.ask(), { words: 1 });
  job.restart();
  const next = two.ask();
  assert.ok(next.kind === "reduce");
  assert.deepEqual(next.inputs.map(({ worker, attempt }) => [worker.workerId, attempt]), [
    ["w2", 2],
    ["w1", 1],
  ]);
  assert.equal(job.status.counters.words, 2);
});

Deno.test("a restarted master knows that a lost output is being made again", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1", "m1"), job.worker("w2", "m2")];
  one.done(one.ask());
  one.done(one.ask());
  two.failed(two.ask(), { lostInputs: [0] });
  const again = two.ask();
  job.restart();
  assert.deepEqual([job.status.map.completed, job.status.map.inProgress], [1, 1]);
  assert.ok(two.done(again));
});

Deno.test("a restarted master knows that a worker that came back brought its maps", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1", "m1"), job.worker("w2", "m2")];
  one.done(one.ask());
  one.done(one.ask());
  const reduce = two.ask();
  for (let i = 0; i < 2; i++) {
    two.beats(reduce);
    job.pass(TASK_TIMEOUT);
  }
  assert.equal(job.status.map.completed, 0);
  one.register();
  assert.equal(job.status.map.completed, 2);
  job.restart();
  assert.equal(job.status.map.completed, 2);
});

Deno.test("a restarted master leaves out the same records", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }], skipBadRecords: true });
  const worker = job.worker("w1");
  const record = { file: "a", start: 0, end: 10 };
  worker.failed(worker.ask(), { record });
  worker.failed(worker.ask(), { record });
  job.restart();
  const map = worker.ask();
  assert.deepEqual(map.kind === "map" && map.skipRecords, [record]);
  assert.equal(map.attempt, 3);
});

Deno.test("regression: an attempt that was given up does not run again after a restart beside two others", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 100 }], backupAfter: ms(1000) });
  const [one, two, three] = [job.worker("w1"), job.worker("w2"), job.worker("w3")];
  one.ask();
  job.pass(TASK_TIMEOUT);
  const second = two.ask();
  job.pass(1000);
  const third = three.ask();
  job.restart();
  const states = job.coordinator.state.maps[0]!.attempts.map(({ state }) => state);
  assert.deepEqual(states, ["givenUp", "running", "running"]);
  assert.ok(two.beats(second) && three.beats(third));
});

Deno.test("regression: a task that a worker was given after another one had ended without a record", () => {
  const job = new TestJob();
  const worker = job.worker("w1");
  worker.failed(worker.ask());
  const second = worker.ask();
  job.restart();
  const { running } = job.status.workers[0]!;
  assert.deepEqual([running?.task, running?.attempt], [second.task, second.attempt]);
  assert.equal(job.status.map.inProgress, 1);
});

Deno.test("a journal that contradicts itself is refused", () => {
  const { job } = new TestJob();
  const setup = {
    job,
    jobId: "job",
    place: { machineId: "m", inputFolder: "/in", outputFolder: "/out" },
  };
  const id = { kind: "map", task: 0, attempt: 2 } as const;
  for (
    const record of [
      { kind: "started", id, workerId: "w1", backup: false },
      { kind: "committed", task: 0, attempt: 1 },
      { kind: "committed", task: 99, attempt: 1 },
    ] as const
  ) {
    assert.throws(
      () => new Coordinator({ ...setup, recovered: [record] }, instant(0)),
      DamagedDataError,
    );
  }
});
