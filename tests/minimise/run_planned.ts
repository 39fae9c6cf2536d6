/** Plays a lab test with the changes of a plan. */

import type { Trace } from "../../core/base/ports.ts";
import type { LabTest } from "../labs/lab_test.ts";
import { type Outcome, runLabTest } from "../labs/run_lab_test.ts";
import { type Figures, figuresOf } from "./figures.ts";
import type { Changes } from "./plan.ts";
import { PlannedInterventions, type RunRecord } from "./planned_interventions.ts";

/** One such run. */
export interface PlannedRun {
  readonly outcome: Outcome;
  readonly record: RunRecord;
  readonly figures: Figures;
}

/** What else is wanted of it. */
export interface PlannedRunOptions {
  readonly trace?: Trace;
  /** It is given up when it has more events than this. */
  readonly eventsMax?: number;
}

/** Runs `test` once with the seed that it has in the iteration of `iterationSeed`. The test must be a simulated one. */
export async function runPlanned(
  test: LabTest,
  iterationSeed: bigint,
  changes: Changes,
  options: PlannedRunOptions = {},
): Promise<PlannedRun> {
  const interventions = new PlannedInterventions(changes);
  const outcome = await runLabTest(test, iterationSeed, { ...options, interventions });
  const { record } = interventions;
  return { outcome, record, figures: figuresOf(record, outcome) };
}
