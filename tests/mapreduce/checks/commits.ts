/** Final names: one attempt of each reduce task gets it, and keeps it. */

import { invariant } from "../../../core/base/errors.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { standingOf } from "./words.ts";

/** Checks `OneAttemptIsCommitted` and `CommittedIsFinal`. */
export class Commits implements StepCheck {
  /** By reduce task: the attempt that is being committed, or is. */
  readonly #ordered = new Map<number, number>();
  readonly #committed = new Set<number>();

  onStep({ state, input, output: { journal, commits } }: CoordinatorStep): void {
    if (input.kind === "commitFailed") this.#ordered.delete(input.order.task);
    for (const { task, attempt, worker } of commits) {
      const other = this.#ordered.get(task);
      invariant(
        other === undefined,
        "OneAttemptIsCommitted",
        () =>
          `the final name of reduce task ${task} goes to the output of attempt ${attempt} ` +
          `on ${worker.workerId}, and went to that of attempt ${other}`,
      );
      this.#ordered.set(task, attempt);
    }
    for (const record of journal) {
      if (record.kind === "committed") this.#committed.add(record.task);
    }
    for (const task of this.#committed) {
      invariant(
        state.reduces[task]!.state === "completed",
        "CommittedIsFinal",
        () =>
          `the output of reduce task ${task} has its name, and ${standingOf(state.reduces[task]!)}`,
      );
    }
  }
}
