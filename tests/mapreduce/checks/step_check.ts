/** What a check of a simulated master sees: one step after the other, before anything of it is carried out. */

import type {
  CoordinatorInput,
  CoordinatorOutput,
} from "../../../core/mapreduce/coordinator_io.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";

/** One step of a coordinator. */
export interface CoordinatorStep {
  /** As it is behind the step. */
  readonly state: CoordinatorState;
  readonly input: CoordinatorInput;
  readonly output: CoordinatorOutput;
  /** The worker that waits for the answer to a call. */
  callerOf(callId: number): string;
}

/** Looks at every step of one life of a coordinator, from the first on. */
export interface StepCheck {
  /** @throws {InvariantError} If something does not hold. */
  onStep(step: CoordinatorStep): void;
}
