import assert from "node:assert/strict";
import { SIMULATED_TESTS } from "../../tests/labs/mod.ts";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";
import { labsOf } from "../test_runner/selection.ts";

Deno.test("bench sim measures the simulator and every lab", async () => {
  const env = memoryEnv();
  assert.equal(await run(["bench", "sim", "--runs", "1", "--json", "-"], env), 0);
  const figures = JSON.parse(env.out());
  assert.equal(figures.bench, "sim");
  assert.ok(figures.schedulerEventsPerSecond > 0);
  assert.ok(figures.raftEventsPerSecond > 0);
  const labs = figures.labs as { lab: string; wallSeconds: number; referenceSeconds?: number }[];
  assert.deepEqual(labs.map(({ lab }) => lab), labsOf(SIMULATED_TESTS));
  assert.ok(labs.every(({ wallSeconds }) => wallSeconds > 0));
  assert.equal(labs[0]!.referenceSeconds?.toFixed(3), "13.899");
});

Deno.test("bench refuses what it cannot measure", async () => {
  for (const args of [["sym"], ["sim", "--runs", "0"], ["sim", "--json", "/none/x"]]) {
    const env = memoryEnv();
    assert.equal(await run(["bench", ...args], env), 2, args.join(" "));
    assert.match(env.err(), /^dist824 bench( sim)?: [^\n]+\n$/);
    assert.equal(env.out(), "");
  }
});

Deno.test("bench that is interrupted exits with 130", async () => {
  const env = memoryEnv();
  const running = run(["bench", "sim", "--runs", "100000"], env);
  env.interrupt();
  assert.equal(await running, 130);
});
