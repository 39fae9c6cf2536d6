import assert from "node:assert/strict";
import { TestJob } from "./_test_coordinator.ts";

const ONE_FILE = { inputs: [{ file: "a", size: 100 }] } as const;

Deno.test("a worker that is known to have died is not waited for", () => {
  const job = new TestJob(ONE_FILE);
  job.worker("w1").ask();
  job.step({ kind: "workerDied", workerId: "w1", how: "was ended by SIGKILL" });
  assert.deepEqual(job.status.workers.map(({ life }) => life), ["dead"]);
  assert.equal(job.worker("w2").ask().attempt, 2);
});

Deno.test("the files of a worker that has died count for those who can read them", () => {
  const job = new TestJob(ONE_FILE);
  const first = job.worker("w1");
  first.done(first.ask());
  job.worker("w2");
  job.step({ kind: "workerDied", workerId: "w1", how: "ended with exit code 1" });
  assert.equal(job.status.map.completed, 1);
  job.worker("w3", "another machine");
  job.step({ kind: "workerDied", workerId: "w2", how: "ended with exit code 1" });
  assert.equal(job.status.map.completed, 1, "w2 has made nothing");
});

Deno.test("the files of a worker that has died are gone for other machines", () => {
  const job = new TestJob(ONE_FILE);
  const first = job.worker("w1");
  first.done(first.ask());
  job.worker("w2", "another machine");
  job.step({ kind: "workerDied", workerId: "w1", how: "ended with exit code 1" });
  assert.equal(job.status.map.completed, 0);
});

Deno.test("a task on which workers die again and again ends the job, and is named", () => {
  const job = new TestJob({ ...ONE_FILE, attemptsMax: 1 });
  for (let i = 1; i <= 5; i++) {
    assert.equal(job.status.failure, undefined);
    job.worker(`w${i}`).ask();
    job.step({ kind: "workerDied", workerId: `w${i}`, how: "was ended by SIGSEGV" });
  }
  assert.match(
    job.status.failure!,
    /^Map task 0 .* failed 5 times, at last on worker w5: the worker's process was ended by SIGSEGV/,
  );
});

Deno.test("the death of a worker that nobody knows, or that is gone, is no news", () => {
  const job = new TestJob(ONE_FILE);
  const worker = job.worker("w1");
  job.step({ kind: "workerDied", workerId: "w9", how: "x" });
  worker.done(worker.ask());
  job.step({ kind: "workerDied", workerId: "w1", how: "x" });
  job.step({ kind: "workerDied", workerId: "w1", how: "x" });
  assert.equal(job.status.failure, undefined);
});
