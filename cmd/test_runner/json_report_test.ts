import assert from "node:assert/strict";
import { jsonReport, type JsonReportFacts } from "./json_report.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";
import { Tally } from "./tally.ts";

const tests = [sampleTest("2A", "TestOne2A")];

function facts(tally: Tally): JsonReportFacts {
  return {
    version: "0.1.0",
    commit: "abc",
    labs: ["2A"],
    seed: 37n,
    runs: 3,
    real: false,
    jobs: 2,
    ending: "complete",
    wallMs: 1500,
    tally,
  };
}

Deno.test("jsonReport() has the statistics of every test and every failure", () => {
  const tally = new Tally(tests);
  tally.add(sampleResult(sampleUnit(tests, 0)));
  tally.add(sampleResult(sampleUnit(tests, 1)));
  const failing = { verdict: "fail", reason: "no leader", repeated: true } as const;
  tally.add(sampleResult(sampleUnit(tests, 2), failing, { traceFile: "t.jsonl" }));
  const document = JSON.parse(jsonReport(facts(tally)));
  assert.equal(document.seed, "37");
  assert.equal(document.verdict, "fail");
  assert.equal(document.wallSeconds, 1.5);
  assert.deepEqual(document.program, { name: "dist824", version: "0.1.0", commit: "abc" });
  assert.deepEqual(document.iterations, { total: 3, passed: 2, failed: 1, unknown: 0, error: 0 });
  assert.equal(document.failureRate.below.toFixed(3), "0.865");
  assert.equal(document.tests.length, 1);
  assert.equal(document.tests[0].passed, 2);
  assert.deepEqual(document.tests[0].rpcs, { mean: 58, deviation: 0 });
  assert.deepEqual(document.failures, [{
    iteration: 3,
    seed: "39",
    lab: "2A",
    name: "TestOne2A",
    title: "Test (2A): TestOne2A",
    verdict: "fail",
    reason: "no leader",
    details: [
      "no leader",
      "iteration 3, seed 39, repeated: yes",
      "to repeat it: ./dist824 test --lab 2A --test TestOne2A --seed 39",
      "trace: t.jsonl",
    ],
    repeated: true,
    command: "./dist824 test --lab 2A --test TestOne2A --seed 39",
    trace: "t.jsonl",
    virtualSeconds: 3.25,
    wallMs: 20,
    events: 100,
    hash: "00112233aabbccdd",
  }]);
});

Deno.test("jsonReport() of nothing has no rates and no means", () => {
  const document = JSON.parse(jsonReport(facts(new Tally(tests))));
  assert.equal(document.failureRate, null);
  assert.equal(document.tests[0].seconds, null);
  assert.equal(document.verdict, "unknown");
});
