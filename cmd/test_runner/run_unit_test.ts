import assert from "node:assert/strict";
import { inRealWorld } from "../../tests/labs/real/in_real_world.ts";
import type { PoolResult } from "./pool.ts";
import type { Task } from "./protocol.ts";
import { firstDifference, runUnit, type UnitOptions } from "./run_unit.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";

const unit = sampleUnit([sampleTest("2A", "TestOne2A")], 0);
const { outcome } = sampleResult(unit);
const plain: UnitOptions = { checkDeterminism: false, traceDir: undefined };
const twice: UnitOptions = { checkDeterminism: true, traceDir: "traces" };

/** Answers tasks from a list, and notes them. */
function answers(list: readonly (PoolResult | undefined)[]): {
  readonly asked: { readonly task: Omit<Task, "id">; readonly notOn: number | undefined }[];
  run(task: Omit<Task, "id">, notOn?: number): Promise<PoolResult | undefined>;
} {
  const asked: { task: Omit<Task, "id">; notOn: number | undefined }[] = [];
  return {
    asked,
    run: (task, notOn) => {
      asked.push({ task, notOn });
      return Promise.resolve(list[asked.length - 1]);
    },
  };
}

function done(slot: number, changes: Partial<typeof outcome> = {}, events?: string[]): PoolResult {
  const message = { type: "done", id: 0, outcome: { ...outcome, ...changes } } as const;
  return { slot, done: events === undefined ? message : { ...message, events } };
}

Deno.test("runUnit() asks for one run, and hands on what came of it", async () => {
  const { asked, run } = answers([done(0)]);
  assert.deepEqual(await runUnit(unit, plain, run), { unit, outcome });
  assert.deepEqual(asked, [{
    task: {
      lab: "2A",
      test: "TestOne2A",
      seed: "37",
      recordEvents: false,
      real: false,
      traceFile: undefined,
    },
    notOn: undefined,
  }]);
});

Deno.test("runUnit() asks for the real world only where that was chosen", async () => {
  const { asked, run } = answers([done(0), done(0)]);
  const always = { ...unit.test, realWorld: { wallSecondsMax: 240 } };
  for (const test of [inRealWorld(unit.test), always]) await runUnit({ ...unit, test }, plain, run);
  assert.deepEqual(asked.map(({ task }) => task.real), [true, false]);
});

Deno.test("runUnit() of a lost worker is an error with what is known", async () => {
  const how = "ended with exit code 70";
  const lost = answers([{ slot: 0, lost: { how, failing: undefined } }]);
  const result = await runUnit(unit, plain, lost.run);
  assert.equal(result!.outcome.verdict, "error");
  assert.equal(result!.outcome.reason, "the worker process ended with exit code 70");

  const failing = { ...outcome, verdict: "fail" as const, reason: "no leader" };
  const again = answers([{ slot: 0, lost: { how, failing } }]);
  const known = await runUnit(unit, plain, again.run);
  assert.equal(known!.outcome.verdict, "fail");
  assert.equal(
    known!.outcome.reason,
    "no leader\nin the second run, the worker process ended with exit code 70",
  );
  assert.equal(known!.outcome.repeated, false);
});

Deno.test("runUnit() that checks determinism runs twice on different workers", async () => {
  const { asked, run } = answers([done(1), done(0)]);
  assert.deepEqual(await runUnit(unit, twice, run), { unit, outcome });
  assert.deepEqual(asked.map(({ notOn }) => notOn), [undefined, 1]);
  assert.deepEqual(asked.map(({ task }) => task.traceFile), [
    "traces/TestOne2A-seed37.jsonl",
    undefined,
  ]);
});

Deno.test("runUnit() of two runs that differ fails with the first event that does", async () => {
  const { asked, run } = answers([
    done(0, { hash: "aa" }),
    done(1, { hash: "bb", verdict: "fail", reason: "no leader" }),
    done(0, {}, ["send", "vote", "end"]),
    done(1, {}, ["send", "drop"]),
  ]);
  const result = await runUnit(unit, twice, run);
  assert.equal(result!.outcome.verdict, "fail");
  assert.equal(result!.drifted, true);
  assert.equal(result!.outcome.measured, undefined);
  assert.equal(
    result!.outcome.reason,
    "not deterministic: first differing event #2: vote / drop\n" +
      "run 1: hash aa, pass\nrun 2: hash bb, fail: no leader",
  );
  assert.deepEqual(asked.map(({ task }) => task.recordEvents), [false, false, true, true]);
});

Deno.test("runUnit() of a closed pool is nothing", async () => {
  assert.equal(await runUnit(unit, plain, answers([undefined]).run), undefined);
  assert.equal(await runUnit(unit, twice, answers([done(0), undefined]).run), undefined);
});

Deno.test("firstDifference() sees a run that ends early, and runs that agree after all", () => {
  assert.equal(firstDifference(["a"], ["a", "b"]), "first differing event #2: (the run ends) / b");
  assert.equal(firstDifference(["a"], ["a"]), "two more runs had the same 1 events");
});

Deno.test("runUnit() runs a test of real processes once, also if runs are to be compared", async () => {
  const real = { ...unit, test: { ...unit.test, realWorld: { wallSecondsMax: 1 } } };
  const { asked, run } = answers([done(0)]);
  assert.deepEqual(await runUnit(real, twice, run), { unit: real, outcome });
  assert.equal(asked.length, 1);
});
