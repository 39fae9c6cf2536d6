/** The job is over when all outputs have their names, and then it is that workers are told so. */

import { invariant } from "../../../core/base/errors.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { placeOf, standingOf } from "./words.ts";

/** Checks `DoneComesLast` and `WorkersStayToTheEnd`. */
export class EndOfJob implements StepCheck {
  onStep({ state, output, callerOf }: CoordinatorStep): void {
    const open = [...state.maps, ...state.reduces].find((task) => task.state !== "completed");
    const nameless = state.reduces.find((task) => task.state !== "completed");
    invariant(!output.finish || nameless === undefined, "DoneComesLast", () => {
      const { number, winner } = nameless!;
      const why = winner === undefined ? standingOf(nameless!) : `${placeOf(winner)} has made it`;
      return `the job is to be marked as done, and the output of reduce task ${number} ` +
        `does not have its name: ${why}`;
    });
    for (const { callId, message } of output.answers) {
      invariant(
        message.kind !== "exit" || message.failure !== undefined || state.finished,
        "WorkersStayToTheEnd",
        () =>
          `${callerOf(callId)} is told that the job is over, and ` +
          (open === undefined ? "it is not marked as done" : standingOf(open)),
      );
    }
  }
}
