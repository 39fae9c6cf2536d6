import assert from "node:assert/strict";
import { Reporter } from "./reporter.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";

const tests = [sampleTest("2A", "TestOne2A"), sampleTest("2B", "TestTwo2B")];

function reporter(): { readonly reporter: Reporter; text(): string } {
  let printed = "";
  const print = (text: string) => {
    printed += text;
  };
  return { reporter: new Reporter(tests, print), text: () => printed };
}

Deno.test("Reporter prints a warning before the numbers of a test that passed all the same", () => {
  const { reporter: it, text } = reporter();
  it.report(sampleResult(sampleUnit(tests, 0), { warnings: ["term changed from 1 to 2"] }));
  assert.equal(
    text(),
    `starting iteration 1:
Test (2A): TestOne2A ...
  warning: term changed from 1 to 2
  ... Passed --   3.1  3   58   16440    0
`,
  );
});

Deno.test("Reporter prints iterations as the course's runner does", () => {
  const { reporter: it, text } = reporter();
  it.report(sampleResult(sampleUnit(tests, 0)));
  it.report(sampleResult(sampleUnit(tests, 1)));
  it.report(sampleResult(sampleUnit(tests, 2)));
  it.report(sampleResult(sampleUnit(tests, 3), { verdict: "fail", reason: "no leader" }));
  it.finish();
  assert.equal(
    text(),
    `starting iteration 1:
Test (2A): TestOne2A ...
  ... Passed --   3.1  3   58   16440    0
Test (2B): TestTwo2B ...
  ... Passed --   3.1  3   58   16440    0
PASS
ok  	dist824/2A,2B	6.500s

starting iteration 2:
Test (2A): TestOne2A ...
  ... Passed --   3.1  3   58   16440    0
Test (2B): TestTwo2B ...
--- FAIL: TestTwo2B (3.25s)
    no leader
    iteration 2, seed 38
    to repeat it: ./dist824 test --lab 2B --test TestTwo2B --seed 38
FAIL
exit status 1
FAIL	dist824/2A,2B	6.500s

`,
  );
});

Deno.test("Reporter prints title and numbers of each part of a test", () => {
  const { reporter: it, text } = reporter();
  const measured = (ops: number) => ({ seconds: 1, peers: 5, rpcs: 64, ops });
  it.report(sampleResult(sampleUnit(tests, 0), {
    measured: measured(5),
    segments: [
      { title: "Test (2A): TestOne2A", measured: measured(2) },
      { title: "Test: completion after heal (3A)", measured: measured(3) },
    ],
  }));
  assert.equal(
    text(),
    `starting iteration 1:
Test (2A): TestOne2A ...
  ... Passed --   1.0  5    64    2
Test: completion after heal (3A) ...
  ... Passed --   1.0  5    64    3
`,
  );
});

Deno.test("Reporter gives an iteration that was cut short a verdict only if it failed", () => {
  const cut = reporter();
  cut.reporter.report(sampleResult(sampleUnit(tests, 0)));
  cut.reporter.report(sampleResult(sampleUnit(tests, 3), { verdict: "fail", reason: "r" }));
  cut.reporter.finish();
  cut.reporter.finish();
  const lines = cut.text().split("\n");
  assert.deepEqual(lines.slice(2, 5), [
    "  ... Passed --   3.1  3   58   16440    0",
    "",
    "starting iteration 2:",
  ]);
  assert.deepEqual(lines.slice(-5), [
    "FAIL",
    "exit status 1",
    "FAIL\tdist824/2A,2B\t3.250s",
    "",
    "",
  ]);
});
