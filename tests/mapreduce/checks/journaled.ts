/** What a worker is told, a master that starts again must know: it stands in the journal before. */

import { invariant } from "../../../core/base/errors.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";
import type { AttemptId } from "../../../core/mapreduce/messages.ts";
import { acceptedIn } from "./accepted.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { nameOf } from "./words.ts";

/** Checks `JournaledBeforeTold`. */
export class Journaled implements StepCheck {
  /** The attempts whose handing out, or whose result, is in the journal: `attempt 1 of map task 3 started`. */
  readonly #written = new Set<string>();
  #isFirst = true;

  onStep(step: CoordinatorStep): void {
    const { state, output: { journal, answers, commits } } = step;
    if (this.#isFirst) this.#addRecovered(state);
    this.#isFirst = false;
    for (const record of journal) {
      if (record.kind === "started") this.#written.add(`${nameOf(record.id)} started`);
      if (record.kind === "mapDone" || record.kind === "reduceDone") {
        const kind = record.kind === "mapDone" ? "map" : "reduce";
        this.#written.add(`${nameOf({ ...record, kind })} done`);
      }
    }
    for (const { callId, message } of answers) {
      if (message.kind !== "assigned") continue;
      this.#check(message.assignment, "started", `${step.callerOf(callId)} is given`);
    }
    for (const { task, attempt } of commits) {
      this.#check(
        { kind: "reduce", task, attempt },
        "done",
        "the final name goes to the output of",
      );
    }
    for (const { id, workerId } of acceptedIn(step)) {
      this.#check(id, "done", `${workerId} is told that it counts:`);
    }
  }

  #addRecovered({ maps, reduces }: CoordinatorState): void {
    for (const { attempts, winner } of [...maps, ...reduces]) {
      for (const { id } of attempts) this.#written.add(`${nameOf(id)} started`);
      if (winner !== undefined) this.#written.add(`${nameOf(winner.id)} done`);
    }
  }

  #check(id: AttemptId, what: "started" | "done", told: string): void {
    invariant(
      this.#written.has(`${nameOf(id)} ${what}`),
      "JournaledBeforeTold",
      () => `${told} ${nameOf(id)}, and the journal does not say that this one is ${what}`,
    );
  }
}
