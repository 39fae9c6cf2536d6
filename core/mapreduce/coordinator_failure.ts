/**
 * Attempts fail, fall silent, or cannot read their inputs. What is decided here: whether a failure counts against
 * its task, when the job gives up, and which record is left out because attempts fail on it (the paper's §4.6).
 */

import { after } from "../base/units.ts";
import { loseMap } from "./coordinator_map_output.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import {
  type Attempt,
  bytesOf,
  type MapTask,
  type Task,
  type WorkerState,
} from "./coordinator_tasks.ts";
import type { AttemptFailed, RecordRange } from "./messages.ts";

/**
 * What a failure that a worker reports weighs, and what an attempt that is lost with a silent worker or with its
 * files: machines come and go, and only many losses of one task make it likely that the task is to blame.
 */
const FAILURE = 5;
const LOSS = 1;

/** So many failures on a record and it is left out. */
const RECORD_FAILURES_MAX = 2;

/** A record is found and left out after three failures: with fewer allowed, none ever would be. */
const ATTEMPTS_WHEN_SKIPPING = 4;

/** When so many records were left out in a job, the application is to blame, and not the records. */
const SKIPPED_RECORDS_MAX = 1000;

/** A worker reports that its attempt has failed. */
export function onAttemptFailed(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  report: AttemptFailed,
): void {
  state.answer(callId, { kind: "reported", accepted: false });
  const attempt = state.attemptOf(report.id, worker.id);
  if (attempt?.state !== "running" && attempt?.state !== "givenUp") return;
  const task = state.taskOf(attempt.id)!;
  state.trace("an attempt fails", { ...attempt.id, worker: worker.id, message: report.message });
  state.endAttempt(attempt, "failed");
  worker.attemptsFailed++;
  if (task.winner !== undefined) return;
  if (report.lostInputs.length > 0) onLostInputs(state, attempt, report);
  else onFailure(state, task, attempt, FAILURE, report.message, report.record);
  state.releaseTask(task);
}

/** Gives up the attempts that were silent for too long. */
export function expireAttempts(state: CoordinatorState): void {
  const { taskTimeout } = state.job.options;
  for (const { running } of state.workers.values()) {
    if (running !== undefined && state.now >= after(running.activeAt, taskTimeout)) {
      giveUp(state, running);
    }
  }
}

/** Gives an attempt up, and its task free; `why` is told if that was one time too many. */
export function giveUp(
  state: CoordinatorState,
  attempt: Attempt,
  why = `no sign of progress for ${(state.now - attempt.activeAt) / 1000} s`,
): void {
  const task = state.taskOf(attempt.id)!;
  state.trace("an attempt is given up", { ...attempt.id, worker: attempt.worker.id });
  state.endAttempt(attempt, "givenUp");
  onFailure(state, task, attempt, LOSS, why, attempt.record);
  state.releaseTask(task);
}

/** Something about `attempt` of the open `task` has gone wrong. */
export function onFailure(
  state: CoordinatorState,
  task: Task,
  attempt: Attempt,
  weight: number,
  message: string,
  record: RecordRange | undefined,
): void {
  const { attemptsMax, skipBadRecords } = state.job.options;
  task.failures += weight;
  task.failedOn.set(attempt.worker.id, state.now);
  if (task.kind === "map" && skipBadRecords) lookForRecord(state, task, weight, record);
  const allowed = skipBadRecords ? Math.max(attemptsMax, ATTEMPTS_WHEN_SKIPPING) : attemptsMax;
  if (task.failures >= allowed * FAILURE) {
    const { log, id } = attempt.worker;
    const where = log === "" ? "" : `; its messages are in ${log}`;
    const count = task.attempts.filter(({ state }) => state !== "cancelled").length;
    const times = count === 1 ? "once" : `${count} times, at last`;
    state.fail(`${describe(task)} failed ${times} on worker ${id}: ${message}${where}`);
  }
}

/** The output of a reduce attempt could not be taken over. */
export function onOutputLost(
  state: CoordinatorState,
  attempt: Attempt,
  message: string,
  lost: boolean,
): void {
  onFailure(
    state,
    state.taskOf(attempt.id)!,
    attempt,
    lost ? LOSS : FAILURE,
    message,
    undefined,
  );
}

/** A reduce attempt could not read some of its inputs. That is not its own fault. */
function onLostInputs(state: CoordinatorState, attempt: Attempt, report: AttemptFailed): void {
  for (const number of report.lostInputs) {
    const task = state.maps[number];
    const source = task?.winner;
    if (task === undefined || source === undefined) continue;
    if (task.lossesAtCompletion > attempt.lossesAtStart) continue;
    loseMap(state, task);
    const reader = `worker ${attempt.worker.id} cannot read its output`;
    onFailure(state, task, source, LOSS, `${reader} (${report.message})`, undefined);
  }
}

/**
 * A map attempt has failed. If it named a record, that one is under suspicion, and left out at the second time. If
 * not, the application is from now on given one record at a time. A worker that has vanished is no proof yet.
 */
function lookForRecord(
  state: CoordinatorState,
  task: MapTask,
  weight: number,
  record: RecordRange | undefined,
): void {
  if (record === undefined) {
    task.oneRecordAtATime ||= weight === FAILURE || task.failures >= 2 * LOSS;
    return;
  }
  const key = `${record.file}:${record.start}-${record.end}`;
  const count = (task.suspects.get(key) ?? 0) + 1;
  task.suspects.set(key, count);
  if (count < RECORD_FAILURES_MAX) return;
  task.suspects.delete(key);
  task.skipRecords.push(record);
  // Something was achieved: what comes now is another record's fault.
  task.failures = 0;
  state.records.push({ kind: "skip", task: task.number, record });
  state.trace("a record is left out", { task: task.number, ...record });
  const skipped = state.maps.reduce((sum, { skipRecords }) => sum + skipRecords.length, 0);
  if (skipped > SKIPPED_RECORDS_MAX) {
    state.fail(
      `The application failed on more than ${SKIPPED_RECORDS_MAX} records, at last ${key}`,
    );
  }
}

/** Names a task and what it works on, for people. */
export function describe(task: Task): string {
  if (task.kind === "reduce") return `Reduce task ${task.number}`;
  const [first] = task.splits;
  const bytes = task.splits.length === 1
    ? `bytes ${first!.start} to ${first!.end}`
    : `and ${task.splits.length - 1} other files, ${bytesOf(task)} bytes`;
  return `Map task ${task.number} (${first!.file}, ${bytes})`;
}
