/** A task is handed out if nobody has it, or as a backup when it is old enough; reduces come after all maps. */

import { invariant } from "../../../core/base/errors.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";
import type { Attempt } from "../../../core/mapreduce/coordinator_tasks.ts";
import type { JournalRecord } from "../../../core/mapreduce/journal_records.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { nameOf, placeOf, seconds, standingOf } from "./words.ts";

type Started = Extract<JournalRecord, { readonly kind: "started" }>;

/** Checks `ReducesComeAfterMaps`, `HandedOutOnce` and `BackupsComeLate`. */
export class HandOut implements StepCheck {
  onStep({ state, output }: CoordinatorStep): void {
    for (const record of output.journal) {
      if (record.kind !== "started") continue;
      checkMapsAreDone(state, record);
      checkNobodyHasIt(state, record);
    }
  }
}

function checkMapsAreDone(state: CoordinatorState, { id, workerId }: Started): void {
  const open = state.maps.find((map) => map.state !== "completed");
  invariant(
    id.kind === "map" || open === undefined,
    "ReducesComeAfterMaps",
    () => `${workerId} is given ${nameOf(id)}, and ${standingOf(open!)}`,
  );
}

function checkNobodyHasIt(state: CoordinatorState, { id, backup }: Started): void {
  const task = state.taskOf(id)!;
  const started = task.attempts[id.attempt - 1]!;
  if (started.state !== "running") return;
  const running = task.attempts.filter((each) => each !== started && each.state === "running");
  const ended = task.attempts.filter((each) => hasJustEnded(state, each)).slice(0, 1);
  const others = backup && running.length === 0 ? ended : running;
  const as = backup ? "as a backup" : "and not as a backup";
  invariant(
    others.length === (backup ? 1 : 0),
    "HandedOutOnce",
    () => `${placeOf(started)} is handed out ${as}, and ${standingOf(task)}`,
  );
  if (backup) checkBackup(state, others[0]!, started);
}

function checkBackup(state: CoordinatorState, first: Attempt, second: Attempt): void {
  const { backupAfter } = state.job.options;
  const age = state.now - first.startedAt;
  const limit = backupAfter === undefined ? "never" : `after ${seconds(backupAfter)}`;
  invariant(
    backupAfter !== undefined && age >= backupAfter && first.worker !== second.worker,
    "BackupsComeLate",
    () =>
      `${nameOf(second.id)} is handed out to ${second.worker.id} ${seconds(age)} after ` +
      `${placeOf(first)}, and backups come ${limit} and to another worker`,
  );
}

/** Whether an attempt ran when this step began: its worker may have asked for something else behind the backup's. */
function hasJustEnded({ now }: CoordinatorState, attempt: Attempt): boolean {
  const { state, isRecovered, endedAt } = attempt;
  return state === "givenUp" && isRecovered && endedAt === now;
}
