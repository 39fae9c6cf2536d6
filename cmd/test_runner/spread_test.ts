import assert from "node:assert/strict";
import { Spread } from "./spread.ts";

Deno.test("Spread gives the mean and the sample's standard deviation", () => {
  const spread = new Spread();
  for (const value of [2, 4, 4, 4, 5, 5, 7, 9]) spread.add(value);
  assert.equal(spread.count, 8);
  assert.equal(spread.mean, 5);
  assert.ok(Math.abs(spread.deviation - Math.sqrt(32 / 7)) < 1e-12);
  assert.equal(spread.format(1), "5.0 ± 2.1");
});

Deno.test("Spread of one number has no deviation, and of none is a dash", () => {
  const spread = new Spread();
  assert.equal(spread.format(1), "-");
  assert.equal(spread.deviation, 0);
  spread.add(3);
  assert.equal(spread.format(0), "3 ± 0");
});

Deno.test("Spread keeps its digits beside a large mean", () => {
  const spread = new Spread();
  for (const value of [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16]) spread.add(value);
  assert.ok(Math.abs(spread.deviation - Math.sqrt(30)) < 1e-9);
});
