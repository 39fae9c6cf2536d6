/** Simulated MapReduce jobs of lab 1 become small as runs of all other labs do. */

import assert from "node:assert/strict";
import { mistakeNamed, withMistake } from "../bugs/mod.ts";
import type { LabTest } from "../labs/mod.ts";
import { LAB_1_STRICT } from "../labs/lab1_strict.ts";
import { runLabTest } from "../labs/run_lab_test.ts";
import type { Figures } from "./figures.ts";
import { minimise } from "./minimise.ts";
import { formatPlan, NO_CHANGES, parsePlan } from "./plan.ts";
import { type PlannedRun, runPlanned } from "./run_planned.ts";

const SEED = 1n;
const NEVER = new AbortController().signal;

function testNamed(name: string): LabTest {
  return LAB_1_STRICT.find((test) => test.name === name)!;
}

/** Makes the run of one mistake small, and says how small it must be at least. */
function becomesSmall(
  name: string,
  bug: string,
  rule: string,
  most: Pick<Figures, "events" | "faults" | "operations">,
): void {
  Deno.test(`minimise(): of ${name} with ${bug} little is left, and its plan repeats it`, async () => {
    const test = withMistake(testNamed(name), mistakeNamed(bug));
    const options = { seed: SEED, budget: 2000, interrupted: NEVER };
    const found = await minimise({ ...options, test });
    const { before, after } = found;
    assert.equal(found.rule.name, rule);
    assert.ok(found.isComplete);
    assert.ok(after.outcome.reason?.startsWith(`${rule}: `), after.outcome.reason);
    const { events, faults, operations } = after.figures;
    const isSmall = events <= most.events && faults <= most.faults && operations <= most.operations;
    assert.ok(isSmall, `${events} events, ${faults} faults, ${operations} operations`);
    assert.ok(before.figures.events > 3 * events);

    const { hash, lab } = after.outcome;
    const { changes } = parsePlan(formatPlan({
      ...{ lab, test: name, seed: String(SEED), bug, rule, hash },
      changes: after.record.changes,
    }));
    assert.equal((await runPlanned(test, SEED, changes)).outcome.hash, hash);
    const right = await runPlanned(testNamed(name), SEED, changes);
    assert.equal(right.outcome.verdict, "pass");
  });
}

becomesSmall("TestStrictWorkers1", "reduces-begin-early", "ReducesComeAfterMaps", {
  ...{ events: 40, faults: 0, operations: 1 },
});
becomesSmall("TestStrictWorkers1", "lost-map-output-counts", "LostOutputIsMadeAgain", {
  ...{ events: 100, faults: 1, operations: 2 },
});
becomesSmall("TestStrictWorkers1", "silent-attempts-are-awaited", "SilenceIsNoticed", {
  ...{ events: 130, faults: 1, operations: 1 },
});
becomesSmall("TestStrictMasters1", "output-under-its-final-name", "OutputIsRenamed", {
  ...{ events: 40, faults: 0, operations: 0 },
});
becomesSmall("TestStrictMasters1", "done-before-the-outputs-are", "DoneComesLast", {
  ...{ events: 50, faults: 0, operations: 0 },
});

Deno.test("a job without changes is the job of the seed, and so is one with all its disturbances named", async () => {
  for (const test of LAB_1_STRICT) {
    for (let seed = 1n; seed <= 3n; seed++) {
      const { hash } = await runLabTest(test, seed);
      const drawn = await runPlanned(test, seed, NO_CHANGES);
      assert.equal(drawn.outcome.hash, hash, `${test.name} ${seed}`);
      const named = await runPlanned(test, seed, drawn.record.changes);
      assert.equal(named.outcome.hash, hash, `${test.name} ${seed}`);
    }
  }
});

Deno.test("a job from which things are left out keeps the names of all others", async () => {
  const test = testNamed("TestStrictWorkers1");
  const namesIn = ({ record }: PlannedRun) =>
    record.steps.flatMap((step) => step.type === "step" ? [step.name] : []);
  const whole = await runPlanned(test, SEED, NO_CHANGES);
  const died = namesIn(whole).find((name) => name.startsWith("crash "))!;
  const changes = { ...NO_CHANGES, skipped: new Set([died, "input in-0.txt#1"]) };
  const part = await runPlanned(test, SEED, changes);
  assert.deepEqual([...part.record.changes.skipped].sort(), [...changes.skipped].sort());
  const places = (run: PlannedRun) => namesIn(run).filter((name) => /^join w[1-5]#/.test(name));
  assert.deepEqual(places(part), places(whole));
  const lines = (run: PlannedRun) => namesIn(run).filter((name) => /^line in-[1-5]/.test(name));
  assert.deepEqual(lines(part), lines(whole));
});
