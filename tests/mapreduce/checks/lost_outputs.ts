/**
 * A map task whose output is lost is executed again: an attempt counts because its worker reports it, or because a
 * worker that was taken for dead is back with what it had made, and for no other reason.
 */

import { invariant } from "../../../core/base/errors.ts";
import type { CoordinatorInput } from "../../../core/mapreduce/coordinator_io.ts";
import type { Attempt } from "../../../core/mapreduce/coordinator_tasks.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { nameOf } from "./words.ts";

/** Checks `LostOutputIsMadeAgain`. */
export class LostOutputs implements StepCheck {
  /** The workers that were dead or gone before the present step. */
  #away: ReadonlySet<string> = new Set();

  onStep({ state, input, output }: CoordinatorStep): void {
    for (const record of output.journal) {
      if (record.kind !== "mapDone") continue;
      const attempt = state.maps[record.task]!.attempts[record.attempt - 1]!;
      invariant(
        isReported(input, attempt) || this.#isBack(input, attempt),
        "LostOutputIsMadeAgain",
        () => `${nameOf(attempt.id)} goes on to count, and ${lossOf(input, attempt)}`,
      );
    }
    const away = [...state.workers.values()].filter(({ life }) => life !== "alive");
    this.#away = new Set(away.map(({ id }) => id));
  }

  /** Who is back may have come only to say that it leaves. */
  #isBack(input: CoordinatorInput, { worker }: Attempt): boolean {
    return senderOf(input) === worker.id && this.#away.has(worker.id);
  }
}

function isReported(input: CoordinatorInput, { id, worker }: Attempt): boolean {
  if (input.kind !== "request" || input.message.kind !== "mapDone") return false;
  const { task, attempt, workerId } = input.message;
  return workerId === worker.id && task === id.task && attempt === id.attempt;
}

function senderOf(input: CoordinatorInput): string | undefined {
  if (input.kind !== "request") return undefined;
  const { message } = input;
  return message.kind === "register" ? message.address.workerId : message.workerId;
}

/** How the output was lost. */
function lossOf(input: CoordinatorInput, { worker }: Attempt): string {
  const report = input.kind === "request" ? input.message : undefined;
  return report?.kind === "attemptFailed"
    ? `${report.workerId} cannot read its output, which was with ${worker.id}`
    : `${worker.id}, which had its output, is ${worker.life}`;
}
