import assert from "node:assert/strict";
import { confidenceSentence, failureRateBound, percent } from "./confidence.ts";

Deno.test("failureRateBound() of no failure is 1 - 0.05^(1/n)", () => {
  for (const runs of [1, 2, 10, 50, 59, 1000, 1_000_000]) {
    const expected = 1 - 0.05 ** (1 / runs);
    assert.ok(Math.abs(failureRateBound(0, runs) - expected) < 1e-9, `${runs}`);
  }
});

Deno.test("failureRateBound() agrees with published one-sided Clopper-Pearson bounds", () => {
  // Upper 95 % limits as statistical tables and programs give them.
  const published: [number, number, number][] = [
    [0, 50, 0.0582],
    [1, 10, 0.3942],
    [2, 20, 0.2826],
    [1, 50, 0.0914],
    [5, 50, 0.1989],
    [5, 100, 0.1023],
    [10, 100, 0.1637],
  ];
  for (const [failures, runs, bound] of published) {
    const actual = failureRateBound(failures, runs);
    assert.ok(Math.abs(actual - bound) < 1e-4, `${failures}/${runs}: ${actual} is not ${bound}`);
  }
});

Deno.test("failureRateBound() is where the chance of so few failures is 5 % (exact sum)", () => {
  for (const [failures, runs] of [[1, 7], [3, 12], [11, 12], [20, 40]] as const) {
    const rate = failureRateBound(failures, runs);
    let chance = 0;
    for (let k = 0; k <= failures; k++) {
      let ways = 1;
      for (let i = 0; i < k; i++) ways = ways * (runs - i) / (i + 1);
      chance += ways * rate ** k * (1 - rate) ** (runs - k);
    }
    assert.ok(Math.abs(chance - 0.05) < 1e-9, `${failures}/${runs}: ${chance}`);
  }
});

Deno.test("failureRateBound() of failures alone is 1, and of very many runs still a number", () => {
  assert.equal(failureRateBound(3, 3), 1);
  const bound = failureRateBound(500, 100_000);
  assert.ok(bound > 0.005 && bound < 0.0055, `${bound}`);
});

Deno.test("failureRateBound() throws on counts that cannot be", () => {
  assert.throws(() => failureRateBound(0, 0), RangeError);
  assert.throws(() => failureRateBound(-1, 5), RangeError);
  assert.throws(() => failureRateBound(6, 5), RangeError);
  assert.throws(() => failureRateBound(1, 5, 1), RangeError);
});

Deno.test("percent() keeps two significant digits", () => {
  assert.equal(percent(0.0582), "5.8 %");
  assert.equal(percent(0.00029956), "0.030 %");
  assert.equal(percent(0.2826), "28 %");
  assert.equal(percent(0), "0 %");
  assert.equal(percent(1), "100 %");
  assert.equal(percent(0.998), "100 %");
});

Deno.test("confidenceSentence() states the bound, and never counts what did not pass as passed", () => {
  assert.equal(
    confidenceSentence(50, 50),
    "50 of 50 passed: failure rate below 5.8 % at 95 % confidence",
  );
  assert.equal(
    confidenceSentence(45, 50),
    "45 of 50 passed: failure rate 10 %, below 20 % at 95 % confidence",
  );
  assert.equal(confidenceSentence(0, 2), "0 of 2 passed: nothing is known to work");
});
