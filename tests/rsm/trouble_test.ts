import assert from "node:assert/strict";
import { type Report, troubleThenPeace } from "./_trouble.ts";

const SEEDS = Array.from({ length: 24 }, (_, i) => i + 1);

/** What all runs together have seen. */
const reports: Report[] = [];

for (const seed of SEEDS) {
  Deno.test(`rsm: trouble, then peace (seed ${seed})`, async () => {
    reports.push(await troubleThenPeace(seed));
  });
}

Deno.test("rsm: the runs have seen every kind of outcome, snapshots, and states to compare", () => {
  const sum = (pick: (report: Report) => number) =>
    reports.reduce((total, report) => total + pick(report), 0);
  assert.equal(reports.length, SEEDS.length);
  for (const kind of ["done", "failed", "uncertain", "reads"] as const) {
    assert(sum(({ counts }) => counts[kind]) > 0, kind);
  }
  for (const kind of ["done", "rejected", "unknown"] as const) {
    assert(sum(({ proposals }) => proposals[kind]) > 0, kind);
  }
  assert(sum(({ snapshots }) => snapshots) > SEEDS.length);
  assert(sum(({ statesCompared }) => statesCompared) > 100 * SEEDS.length);
});

Deno.test("rsm: the same seed gives the same run", async () => {
  const [one, two] = [await troubleThenPeace(99), await troubleThenPeace(99)];
  assert.deepEqual(one, two);
});
