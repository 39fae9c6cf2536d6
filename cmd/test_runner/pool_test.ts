import assert from "node:assert/strict";
import { FailedError } from "../errors.ts";
import { Pool, type PoolResult } from "./pool.ts";
import type { Task } from "./protocol.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";
import type { StartWorker, WorkerEvents } from "./worker_process.ts";

const { outcome } = sampleResult(sampleUnit([sampleTest("2A", "TestOne2A")], 0));

/** A worker that does what the test says. */
class HandWorker {
  readonly tasks: Task[] = [];
  readonly ended: Promise<void>;
  killed = false;
  readonly #events: WorkerEvents;
  readonly #end = Promise.withResolvers<void>();

  constructor(events: WorkerEvents) {
    this.#events = events;
    this.ended = this.#end.promise;
  }

  send(task: Task): void {
    this.tasks.push(task);
  }

  kill(): void {
    if (this.killed) return;
    this.killed = true;
    queueMicrotask(() => this.end("was ended by SIGKILL"));
  }

  ready(): void {
    this.#events.onMessage({ type: "ready" });
  }

  /** Answers the oldest task. */
  answer(type: "done" | "failing" = "done"): void {
    const task = type === "done" ? this.tasks.shift()! : this.tasks[0]!;
    this.#events.onMessage({ type, id: task.id, outcome });
  }

  end(how: string): void {
    this.#end.resolve();
    this.#events.onEnd(how);
  }
}

function poolOf(slots: number, silenceMsMax = 60_000): { pool: Pool; workers: HandWorker[] } {
  const workers: HandWorker[] = [];
  const start: StartWorker = (events) => {
    const worker = new HandWorker(events);
    workers.push(worker);
    return worker;
  };
  return { pool: new Pool({ slots, start, silenceMsMax, startMsMax: silenceMsMax }), workers };
}

function task(test: string): Omit<Task, "id"> {
  return { lab: "2A", test, seed: "1", recordEvents: false, real: false, traceFile: undefined };
}

function testsAt(worker: HandWorker | undefined): string[] {
  return worker!.tasks.map(({ test }) => test);
}

/** What happened to a task, in short. */
function fate(result: PoolResult | undefined): string {
  if (result === undefined) return "closed";
  return "done" in result ? `done on ${result.slot}` : `lost: ${result.lost.how}`;
}

Deno.test("Pool starts workers when there is work, and gives each one task ahead but not the last ones", async () => {
  const { pool, workers } = poolOf(2);
  assert.equal(workers.length, 0);
  const results = ["a", "b", "c", "d", "e", "f"].map((test) => pool.run(task(test)));
  assert.equal(workers.length, 2);
  assert.deepEqual(testsAt(workers[0]), [], "a worker that is not ready gets nothing");
  workers[0]!.ready();
  workers[1]!.ready();
  assert.deepEqual([testsAt(workers[0]), testsAt(workers[1])], [["a", "c"], ["b", "d"]]);
  workers[0]!.answer();
  workers[0]!.answer();
  assert.deepEqual([testsAt(workers[0]), testsAt(workers[1])], [["e"], ["b", "d"]]);
  workers[0]!.answer();
  assert.deepEqual(testsAt(workers[0]), ["f"]);
  workers[0]!.answer();
  workers[1]!.answer();
  workers[1]!.answer();
  const expected = [0, 1, 0, 1, 0, 0].map((slot) => `done on ${slot}`);
  assert.deepEqual((await Promise.all(results)).map(fate), expected);
  await pool.close();
});

Deno.test("Pool keeps a task off a worker, if there is another", async () => {
  const { pool, workers } = poolOf(2);
  const first = pool.run(task("a"), 0);
  workers[0]!.ready();
  workers[0]!.answer();
  assert.equal(fate(await first), "done on 1");
  await pool.close();

  const alone = poolOf(1);
  const only = alone.pool.run(task("a"), 0);
  alone.workers[0]!.ready();
  alone.workers[0]!.answer();
  assert.equal(fate(await only), "done on 0");
  await alone.pool.close();
});

Deno.test("Pool loses the task of a worker that ends, and no other", async () => {
  const { pool, workers } = poolOf(1);
  const results = ["a", "b", "c"].map((test) => pool.run(task(test)));
  workers[0]!.ready();
  assert.deepEqual(testsAt(workers[0]), ["a", "b"]);
  workers[0]!.end("ended with exit code 70");
  assert.equal(workers.length, 2);
  workers[1]!.ready();
  assert.deepEqual(testsAt(workers[1]), ["b", "c"]);
  workers[1]!.answer();
  workers[1]!.answer();
  assert.deepEqual((await Promise.all(results)).map(fate), [
    "lost: ended with exit code 70",
    "done on 0",
    "done on 0",
  ]);
  await pool.close();
});

Deno.test("Pool ends a worker that is silent for too long, and remembers the failure it repeated", async () => {
  const { pool, workers } = poolOf(1, 20);
  const result = pool.run(task("a"));
  workers[0]!.ready();
  workers[0]!.answer("failing");
  const lost = await result;
  assert.equal(fate(lost), "lost: was silent for 0.02 s of wall time");
  assert.ok(lost !== undefined && "lost" in lost && lost.lost.failing === outcome);
  assert.ok(workers[0]!.killed);
  await pool.close();
});

Deno.test("Pool gives up when workers end before they are ready", async () => {
  const { pool, workers } = poolOf(2);
  const results = ["a", "b", "c"].map((test) => pool.run(task(test)));
  for (let i = 0; i < 3; i++) workers[i]!.end("ended with exit code 1\nno such program");
  const message = /no worker process could be started: the last one ended with exit code 1/;
  for (const result of results) await assert.rejects(result, message);
  await assert.rejects(pool.run(task("d")), FailedError);
  await pool.close();
});

Deno.test("Pool.close() ends the workers, and what was not done is not", async () => {
  const { pool, workers } = poolOf(1);
  const results = ["a", "b", "c"].map((test) => pool.run(task(test)));
  workers[0]!.ready();
  await pool.close();
  assert.ok(workers[0]!.killed);
  assert.deepEqual((await Promise.all(results)).map(fate), ["closed", "closed", "closed"]);
  assert.equal(fate(await pool.run(task("d"))), "closed");
  assert.equal(workers.length, 1);
});
