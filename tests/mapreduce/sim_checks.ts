/** What must hold while a simulated job runs, seen at every step of its coordinator. */

import { invariant } from "../../core/base/errors.ts";
import type { CoordinatorInput, CoordinatorOutput } from "../../core/mapreduce/coordinator_io.ts";
import { checkCoordinator } from "../../core/mapreduce/coordinator_invariants.ts";
import type { CoordinatorObserver } from "../../core/mapreduce/coordinator_node.ts";
import type { CoordinatorState } from "../../core/mapreduce/coordinator_state.ts";
import { runningCount } from "../../core/mapreduce/coordinator_tasks.ts";
import { type JobStatus, statusOf } from "../../core/mapreduce/coordinator_status.ts";
import type { JournalRecord } from "../../core/mapreduce/journal_records.ts";

/** Watches one life of a coordinator. */
export class JobChecks implements CoordinatorObserver {
  readonly #fail: (error: unknown) => void;
  readonly #onFinished: (status: JobStatus) => void;
  readonly #completed = new Set<number>();

  /** `fail` is told what does not hold: it must end the run. */
  constructor(fail: (error: unknown) => void, onFinished: (status: JobStatus) => void) {
    this.#fail = fail;
    this.#onFinished = onFinished;
  }

  onStep(state: CoordinatorState, _input: CoordinatorInput, output: CoordinatorOutput): void {
    try {
      checkCoordinator(state);
      for (const record of output.journal) {
        if (record.kind === "started") checkStarted(state, record);
        if (record.kind === "committed") this.#completed.add(record.task);
      }
      for (const task of this.#completed) {
        invariant(
          state.reduces[task]!.state === "completed",
          "CommittedIsFinal",
          () => `reduce task ${task} was committed, and is ${state.reduces[task]!.state}`,
        );
      }
      if (state.finished) this.#onFinished(statusOf(state));
    } catch (error) {
      this.#fail(error);
    }
  }
}

/** A task is handed out if nobody has it, or as a backup when it is old enough; reduces come after all maps. */
function checkStarted(
  state: CoordinatorState,
  { id, backup }: Extract<JournalRecord, { readonly kind: "started" }>,
): void {
  const task = state.taskOf(id)!;
  const name = () => `attempt ${id.attempt} of ${id.kind} task ${id.task}`;
  if (id.kind === "reduce") {
    invariant(state.allMapsCompleted, "ReducesComeAfterMaps", name);
  }
  const started = task.attempts[id.attempt - 1]!;
  if (started.state !== "running") return;
  invariant(runningCount(task) === (backup ? 2 : 1), "HandedOutOnce", name);
  if (!backup) return;
  const first = task.attempts.find((other) => other.state === "running" && other !== started)!;
  const { backupAfter } = state.job.options;
  invariant(
    backupAfter !== undefined && state.now - first.startedAt >= backupAfter &&
      first.worker !== started.worker,
    "BackupsComeLate",
    () => `${name()} came ${state.now - first.startedAt} ms after the first`,
  );
}
