/** Units and results made by hand, for the tests of what reports them. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { Outcome } from "../../tests/labs/run_lab_test.ts";
import type { Unit, UnitResult } from "./run_unit.ts";

/** A test of a lab that only has a name. */
export function sampleTest(lab: string, name: string): LabTest {
  const run = () => Promise.reject(new Error(`${name} is not to be run`));
  return { lab, name, title: `Test (${lab}): ${name}`, run };
}

/** A unit of a run of these tests that begins with seed 37. */
export function sampleUnit(tests: readonly LabTest[], place: number): Unit {
  const index = Math.floor(place / tests.length);
  return {
    place,
    iteration: index + 1,
    iterationSeed: 37n + BigInt(index),
    test: tests[place % tests.length]!,
  };
}

/** A result: a pass after 3.1 s, unless said otherwise. */
export function sampleResult(
  unit: Unit,
  outcome: Partial<Outcome> = {},
  more: Partial<UnitResult> = {},
): UnitResult {
  const passed = (outcome.verdict ?? "pass") === "pass";
  const measured = { seconds: 3.1, peers: 3, rpcs: 58, bytes: 16440, commits: 0 };
  return {
    unit,
    outcome: {
      name: unit.test.name,
      lab: unit.test.lab,
      title: unit.test.title,
      seed: String(unit.iterationSeed),
      verdict: "pass",
      ...(passed ? { measured } : {}),
      virtualSeconds: 3.25,
      wallMs: 20,
      events: 100,
      hash: "00112233aabbccdd",
      ...outcome,
    },
    ...more,
  };
}
