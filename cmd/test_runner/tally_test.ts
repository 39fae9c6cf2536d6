import assert from "node:assert/strict";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";
import { Tally } from "./tally.ts";

const tests = [sampleTest("2A", "TestOne2A"), sampleTest("2A", "TestTwo2A")];

Deno.test("Tally counts tests, iterations, time and events", () => {
  const tally = new Tally(tests);
  tally.add(sampleResult(sampleUnit(tests, 0)));
  tally.add(sampleResult(sampleUnit(tests, 1)));
  tally.add(sampleResult(sampleUnit(tests, 2)));
  tally.add(sampleResult(sampleUnit(tests, 3), { verdict: "fail", reason: "no leader" }));
  tally.add(sampleResult(sampleUnit(tests, 4), { verdict: "unknown" }));
  tally.add(sampleResult(sampleUnit(tests, 5)));
  assert.deepEqual(tally.iterations, { pass: 1, fail: 1, unknown: 1, error: 0 });
  assert.equal(tally.iterationCount, 3);
  assert.equal(tally.verdict, "fail");
  assert.deepEqual(tally.tests.map(({ counts }) => counts), [
    { pass: 2, fail: 0, unknown: 1, error: 0 },
    { pass: 2, fail: 1, unknown: 0, error: 0 },
  ]);
  assert.equal(tally.tests[0]!.measured.rpcs.count, 2);
  assert.equal(tally.tests[0]!.measured.rpcs.mean, 58);
  assert.equal(tally.virtualSeconds, 6 * 3.25);
  assert.equal(tally.events, 600);
  assert.deepEqual(tally.failures.map(({ unit }) => unit.place), [3, 4]);
});

Deno.test("Tally counts an iteration that was cut short only if it failed already", () => {
  const tally = new Tally(tests);
  tally.add(sampleResult(sampleUnit(tests, 0)));
  tally.add(sampleResult(sampleUnit(tests, 3), { verdict: "unknown" }));
  assert.equal(tally.iterationCount, 0);
  tally.add(sampleResult(sampleUnit(tests, 5), { verdict: "error" }));
  assert.deepEqual(tally.iterations, { pass: 0, fail: 0, unknown: 0, error: 1 });
});

Deno.test("Tally of nothing is no pass, and of unknowns beside passes is unknown", () => {
  const tally = new Tally(tests);
  assert.equal(tally.verdict, "unknown");
  tally.add(sampleResult(sampleUnit(tests, 0)));
  assert.equal(tally.verdict, "pass");
  tally.add(sampleResult(sampleUnit(tests, 1), { verdict: "unknown" }));
  assert.equal(tally.verdict, "unknown");
});
