import assert from "node:assert/strict";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";
import { seedRange, summaryText } from "./summary.ts";
import { Tally } from "./tally.ts";

const tests = [sampleTest("2A", "TestOne2A")];

Deno.test("summaryText() has a table, the figures, and what they mean", () => {
  const tally = new Tally(tests);
  const measured = { seconds: 3.3, peers: 3, rpcs: 60, bytes: 16460, commits: 2 };
  tally.add(sampleResult(sampleUnit(tests, 0)));
  tally.add(sampleResult(sampleUnit(tests, 1), { measured }));
  tally.add(sampleResult(sampleUnit(tests, 2), { verdict: "unknown" }));
  assert.equal(
    summaryText({ tally, seed: 37n, wallMs: 1500 }),
    `
test           passed  failed  unknown  error    seconds    RPCs       bytes  commits
2A  TestOne2A       2       0        1      0  3.2 ± 0.1  59 ± 1  16450 ± 14    1 ± 1

virtual time  9.8 s
wall time     1.5 s, virtual time went by 7 times as fast
events        300, 200 per second of wall time
seeds         37 to 39

2 of 3 passed: failure rate 33 %, below 86 % at 95 % confidence, counting what is unknown as failed.
`,
  );
});

Deno.test("summaryText() has the columns of the labs that were run", () => {
  const lab3 = [sampleTest("3A", "TestBasic3A")];
  const tally = new Tally(lab3);
  const measured = { seconds: 15.2, peers: 5, rpcs: 4586, ops: 643 };
  tally.add(sampleResult(sampleUnit(lab3, 0), { measured }));
  const [, heading, row] = summaryText({ tally, seed: 37n, wallMs: 1500 }).split("\n");
  assert.match(heading!, / seconds +RPCs +ops$/);
  assert.match(row!, / 15\.2 ± 0\.0 +4586 ± 0 +643 ± 0$/);
});

Deno.test("summaryText() of nothing claims nothing", () => {
  const text = summaryText({ tally: new Tally(tests), seed: 37n, wallMs: 0 });
  assert.match(text, /2A {2}TestOne2A +0 +0 +0 +0 +- +-\n/);
  assert.match(text, /No iteration was completed: nothing is known\.\n$/);
});

Deno.test("seedRange() wraps round at 2^64", () => {
  assert.equal(seedRange(37n, 1), "37");
  assert.equal(seedRange(37n, 50), "37 to 86");
  assert.equal(seedRange(2n ** 64n - 1n, 2), "18446744073709551615 to 0");
});
