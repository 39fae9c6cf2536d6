/** A restarted coordinator takes up its state where the journal ends. */

import { DamagedDataError } from "../base/errors.ts";
import { completeReduce } from "./coordinator_commit.ts";
import { completeMap, loseMap } from "./coordinator_map_output.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import type { Attempt, Task } from "./coordinator_tasks.ts";
import { addWorker } from "./coordinator_workers.ts";
import type { JournalRecord } from "./journal_records.ts";

/**
 * Replays the journal. Attempts that were running are taken to run still, and workers to be alive: both get the
 * usual time to show it. Outputs that were being committed are committed again.
 *
 * @throws {DamagedDataError} If the records do not follow from each other.
 */
export function recover(state: CoordinatorState, records: readonly JournalRecord[]): void {
  for (const record of records) replay(state, record);
  for (const { state: taskState, winner, result, number } of state.reduces) {
    if (winner === undefined || taskState === "completed") continue;
    const { worker, id } = winner;
    state.commits.push({
      task: number,
      attempt: id.attempt,
      worker: worker.address,
      result: result!,
    });
  }
  // What the replay has decided is in the journal already.
  state.records = [];
}

function replay(state: CoordinatorState, record: JournalRecord): void {
  switch (record.kind) {
    case "app":
      if (state.app === undefined) state.planTasks(record.app);
      return;
    case "worker":
      addWorker(state, record.address, record.log);
      return;
    case "started":
      return replayStarted(state, record);
    case "mapDone": {
      const { task, attempt } = find(state, "map", record.task, record.attempt);
      if (task.kind !== "map") return;
      forgetOutput(state, task);
      completeMap(state, task, attempt, record.result);
      return;
    }
    case "reduceDone": {
      const { task, attempt } = find(state, "reduce", record.task, record.attempt);
      if (task.kind !== "reduce") return;
      forgetOutput(state, task);
      state.completeAttempt(task, attempt);
      task.state = "inProgress";
      task.result = record.result;
      return;
    }
    case "committed": {
      const { task } = find(state, "reduce", record.task, record.attempt);
      if (task.kind === "reduce") completeReduce(state, task);
      return;
    }
    case "skip":
      state.maps[record.task]?.skipRecords.push(record.record);
      return;
  }
}

function replayStarted(
  state: CoordinatorState,
  record: Extract<JournalRecord, { readonly kind: "started" }>,
): void {
  const task = state.taskOf(record.id);
  const worker = state.workers.get(record.workerId);
  if (
    task === undefined || worker === undefined || task.attempts.length + 1 !== record.id.attempt
  ) {
    throw inconsistent(record.id.kind, record.id.task, record.id.attempt);
  }
  // A worker that was given another task had ended the one before, in a way that needed no record.
  if (worker.running !== undefined) {
    const before = worker.running;
    state.endAttempt(before, "cancelled");
    state.releaseTask(state.taskOf(before.id)!);
  }
  forgetOutput(state, task);
  // Of those that ran, all were given up when it was handed out anew, and all but one when a backup was.
  const running = task.attempts.filter((attempt) => attempt.state === "running");
  for (const attempt of record.backup ? running.slice(0, -1) : running) {
    state.endAttempt(attempt, "givenUp");
  }
  state.startAttempt(task, worker, { backup: record.backup, isRecovered: true });
}

/** The task was executed again: what it had made before was lost. */
function forgetOutput(state: CoordinatorState, task: Task): void {
  const { winner } = task;
  if (winner === undefined) return;
  if (task.kind === "map") return loseMap(state, task);
  task.winner = undefined;
  task.result = undefined;
  state.endAttempt(winner, "lost");
  state.releaseTask(task);
}

function find(
  state: CoordinatorState,
  kind: "map" | "reduce",
  number: number,
  attemptNumber: number,
): { readonly task: Task; readonly attempt: Attempt } {
  const task = state.taskOf({ kind, task: number });
  const attempt = task?.attempts[attemptNumber - 1];
  if (task === undefined || attempt === undefined) throw inconsistent(kind, number, attemptNumber);
  return { task, attempt };
}

function inconsistent(kind: string, task: number, attempt: number): DamagedDataError {
  return new DamagedDataError(
    `The journal speaks of attempt ${attempt} of ${kind} task ${task}, which cannot be`,
    0,
  );
}
