import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { TASK_TIMEOUT, TestJob } from "./_test_coordinator.ts";
import { taskStatuses } from "./coordinator_status.ts";

Deno.test("the status tells phases, bytes, records, the slowest task and what was wasted", () => {
  const job = new TestJob();
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  assert.equal(job.status.phase, "map");
  one.ask();
  const second = two.ask();
  job.pass(4000);
  two.beats(second, { fraction: 0.5, status: "sorting" });
  assert.equal(job.status.map.fraction, 0.25);
  assert.equal(job.status.workers[1]!.running?.status, "sorting");
  two.done(second);
  job.pass(TASK_TIMEOUT - 4000);
  two.done(two.ask());
  assert.equal(job.status.phase, "reduce");
  job.doAll(two);
  job.commitAll();

  const { map, reduce, ...status } = job.status;
  assert.equal(status.phase, "finishing");
  assert.deepEqual([map.tasks, map.completed, map.attempts, map.lost, map.fraction], [
    2,
    2,
    3,
    1,
    1,
  ]);
  assert.deepEqual([reduce.tasks, reduce.completed, reduce.attempts], [2, 2, 2]);
  assert.deepEqual([status.inputBytes, status.intermediateBytes], [200, 60]);
  assert.deepEqual([status.outputBytes, status.outputRecords], [10, 2]);
  assert.deepEqual([status.wastedAttempts, status.wastedTime], [1, 10_000]);
  assert.deepEqual([status.slowest?.kind, status.slowest?.duration], ["map", 4000]);
  assert.deepEqual(
    status.workers.map(({ address, attemptsDone }) => [address.workerId, attemptsDone]),
    [["w1", 0], ["w2", 4]],
  );
  assert.equal(status.elapsed, 10_000);
});

Deno.test("every task can be seen with its attempts", () => {
  const job = new TestJob({ backupAfter: ms(1000), inputs: [{ file: "a", size: 7 }] });
  const [one, two] = [job.worker("w1"), job.worker("w2")];
  one.ask();
  job.pass(2000);
  two.done(two.ask());
  const [map] = taskStatuses(job.coordinator.state, "map");
  assert.deepEqual([map!.input, map!.inputBytes, map!.state], ["a", 7, "completed"]);
  assert.deepEqual(
    map!.attempts.map((
      { workerId, state, backup, duration },
    ) => [workerId, state, backup, duration]),
    [["w1", "cancelled", false, 2000], ["w2", "done", true, 0]],
  );
  assert.deepEqual(
    taskStatuses(job.coordinator.state, "reduce").map(({ task, state }) => [task, state]),
    [[0, "idle"], [1, "idle"]],
  );
});

Deno.test("a worker that was given up and then finishes has wasted nothing", () => {
  const job = new TestJob({ inputs: [{ file: "a", size: 7 }] });
  const worker = job.worker("w1");
  const map = worker.ask();
  job.pass(TASK_TIMEOUT);
  assert.equal(job.status.wastedAttempts, 1);
  assert.ok(worker.done(map));
  assert.deepEqual([job.status.wastedAttempts, job.status.wastedTime], [0, 0]);
});
