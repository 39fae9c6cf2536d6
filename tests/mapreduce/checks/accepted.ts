/** Of two attempts that finish a task one counts: only that one's worker is told so. */

import { invariant } from "../../../core/base/errors.ts";
import type { AttemptId } from "../../../core/mapreduce/messages.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { nameOf, placeOf, spaced } from "./words.ts";

/** A report whose sender is told in this step that its attempt counts. */
export interface AcceptedReport {
  readonly id: AttemptId;
  readonly workerId: string;
}

/** The reports that are accepted in a step: one at the most. */
export function acceptedIn({ input, output }: CoordinatorStep): readonly AcceptedReport[] {
  const report = input.kind === "request" ? input.message : undefined;
  if (report?.kind !== "mapDone" && report?.kind !== "reduceDone") return [];
  const isAccepted = output.answers.some(({ callId, message }) =>
    input.kind === "request" && callId === input.callId && message.kind === "reported" &&
    message.accepted
  );
  const { task, attempt, workerId } = report;
  const kind = report.kind === "mapDone" ? "map" : "reduce";
  return isAccepted ? [{ id: { kind, task, attempt }, workerId }] : [];
}

/** Checks `OneAttemptCounts`. */
export class Accepted implements StepCheck {
  onStep(step: CoordinatorStep): void {
    for (const { id, workerId } of acceptedIn(step)) {
      const task = step.state.taskOf(id);
      const winner = task?.winner;
      const standing = task?.attempts[id.attempt - 1]?.state ?? "unknown";
      invariant(
        winner?.id.attempt === id.attempt && winner.worker.id === workerId,
        "OneAttemptCounts",
        () =>
          `${workerId} is told that its ${nameOf(id)} counts, and ` +
          (winner === undefined
            ? `that attempt is ${spaced(standing)}`
            : `${placeOf(winner)} counts already`),
      );
    }
  }
}
