/** All checks of one life of a simulated master, and what is said when one of them does not hold. */

import { InvariantError } from "../../../core/base/errors.ts";
import type {
  CoordinatorInput,
  CoordinatorOutput,
} from "../../../core/mapreduce/coordinator_io.ts";
import { checkCoordinator } from "../../../core/mapreduce/coordinator_invariants.ts";
import type { CoordinatorObserver } from "../../../core/mapreduce/coordinator_node.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";
import { type JobStatus, statusOf } from "../../../core/mapreduce/coordinator_status.ts";
import { Accepted } from "./accepted.ts";
import { Commits } from "./commits.ts";
import { EndOfJob } from "./end_of_job.ts";
import { HandOut } from "./hand_out.ts";
import { Journaled } from "./journaled.ts";
import { LostOutputs } from "./lost_outputs.ts";
import { Silence } from "./silence.ts";
import type { StepCheck } from "./step_check.ts";
import { eventOf, seconds } from "./words.ts";

/** What becomes of what is seen. */
export interface JobChecksOptions {
  /** Is told what does not hold: it must end the run. */
  readonly fail: (error: unknown) => void;
  readonly onFinished: (status: JobStatus) => void;
  /** What looks at the steps of all lives. */
  readonly others: readonly StepCheck[];
}

/** Watches one life of a coordinator. */
export class JobChecks implements CoordinatorObserver {
  readonly #options: JobChecksOptions;
  /** Of two that break in one step, the first is named: the one that says more. */
  readonly #checks: readonly StepCheck[];
  readonly #callers = new Map<number, string>();

  constructor(options: JobChecksOptions) {
    this.#options = options;
    this.#checks = [
      { onStep: ({ state }) => checkCoordinator(state) },
      new Commits(),
      new Accepted(),
      new Journaled(),
      new HandOut(),
      new LostOutputs(),
      new Silence(),
      new EndOfJob(),
      ...options.others,
    ];
  }

  onStep(state: CoordinatorState, input: CoordinatorInput, output: CoordinatorOutput): void {
    if (input.kind === "request") {
      const { message } = input;
      const caller = message.kind === "register" ? message.address.workerId : message.workerId;
      this.#callers.set(input.callId, caller);
    }
    const callerOf = (callId: number) => this.#callers.get(callId) ?? "a worker";
    try {
      for (const check of this.#checks) check.onStep({ state, input, output, callerOf });
      if (state.finished) this.#options.onFinished(statusOf(state));
    } catch (error) {
      this.#options.fail(withEvent(error, `at ${seconds(state.now)}, as ${eventOf(input)}`));
    }
    for (const { callId } of output.answers) this.#callers.delete(callId);
  }
}

/** Says behind the facts when they came to contradict each other. */
function withEvent(error: unknown, event: string): unknown {
  if (!(error instanceof InvariantError)) return error;
  const detail = error.message.slice(`${error.property}: `.length);
  return new InvariantError(error.property, `${detail}\n${event}`);
}
