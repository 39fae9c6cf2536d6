/** Plans in files, and the tests that they are for. */

import { readFileSync } from "node:fs";
import { MISTAKES, withMistake } from "../../tests/bugs/mod.ts";
import { LAB_TESTS, type LabTest } from "../../tests/labs/mod.ts";
import { parsePlan, type Plan, PlanError } from "../../tests/minimise/mod.ts";
import { FailedError } from "../errors.ts";

/**
 * Reads a plan.
 *
 * @throws {FailedError} If there is no such file, or what is in it is no plan.
 */
export function readPlan(path: string): Plan {
  try {
    return parsePlan(readFileSync(path, "utf8"));
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof PlanError) throw new FailedError(`${path}: ${message}`);
    throw new FailedError(`cannot read ${path}: ${message}`);
  }
}

/**
 * Finds the test of a plan, with the planted mistake in its servers if there was one.
 *
 * @throws {FailedError} If this program has no such test, or no such mistake.
 */
export function testOf(
  { lab, test: name, bug }: Pick<Plan, "lab" | "test" | "bug">,
): LabTest {
  const test = LAB_TESTS.find((test) => test.lab === lab && test.name === name);
  if (test === undefined || test.realWorld !== undefined) {
    throw new FailedError(`the plan is for ${name} of lab ${lab}: there is no such simulated test`);
  }
  if (bug === undefined) return test;
  const mistake = MISTAKES.find((mistake) => mistake.name === bug);
  if (mistake === undefined) {
    throw new FailedError(`the plan is for the planted mistake ${bug}: there is no such mistake`);
  }
  return withMistake(test, mistake);
}
