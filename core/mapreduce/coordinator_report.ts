/** Workers report: progress, finished maps, finished reduces. The first report of a task counts, and only that one. */

import { onFailure } from "./coordinator_failure.ts";
import { completeMap } from "./coordinator_map_output.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import {
  ageOf,
  type Attempt,
  runningCount,
  type Task,
  type WorkerState,
} from "./coordinator_tasks.ts";
import type { Heartbeat, MapDone, ReduceDone } from "./messages.ts";

/** No task has more attempts than this at a time: the first, and a backup or the one that came back to life. */
const RUNNING_MAX = 2;

/** A worker is at work. */
export function onHeartbeat(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  message: Heartbeat,
): void {
  const attempt = state.attemptOf(message.running, worker.id);
  const cancelled = attempt === undefined || !goesOn(state, attempt, message.active);
  if (attempt !== undefined && !cancelled) {
    if (message.active) attempt.activeAt = state.now;
    attempt.fraction = message.fraction;
    attempt.status = message.status;
    attempt.record = message.record ?? attempt.record;
  }
  state.answer(callId, { kind: "heartbeatReply", cancelled });
}

/** A map attempt is finished. */
export function onMapDone(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  message: MapDone,
): void {
  const id = { kind: "map", task: message.task, attempt: message.attempt } as const;
  const attempt = state.attemptOf(id, worker.id);
  const task = state.maps[message.task];
  if (attempt === undefined || task === undefined || !counts(state, task, attempt)) {
    state.answer(callId, { kind: "reported", accepted: task?.winner === attempt && !!attempt });
    return;
  }
  const { nReduce } = state.job.options;
  if (message.result.partitionBytes.length !== nReduce) {
    state.endAttempt(attempt, "failed");
    const found = `${message.result.partitionBytes.length} partitions instead of ${nReduce}`;
    onFailure(state, task, attempt, Infinity, `the worker has made ${found}`, undefined);
    state.releaseTask(task);
    state.answer(callId, { kind: "reported", accepted: false });
    return;
  }
  completeMap(state, task, attempt, message.result);
  onDone(state, attempt);
  state.answer(callId, { kind: "reported", accepted: true });
}

/** A reduce attempt is finished: it will be committed. */
export function onReduceDone(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  message: ReduceDone,
): void {
  const { task: number, result } = message;
  const id = { kind: "reduce", task: number, attempt: message.attempt } as const;
  const attempt = state.attemptOf(id, worker.id);
  const task = state.reduces[number];
  if (attempt === undefined || task === undefined || !counts(state, task, attempt)) {
    state.answer(callId, { kind: "reported", accepted: task?.winner === attempt && !!attempt });
    return;
  }
  state.completeAttempt(task, attempt);
  task.state = "inProgress";
  task.result = result;
  onDone(state, attempt);
  state.records.push({ kind: "reduceDone", task: number, attempt: message.attempt, result });
  state.commits.push({ task: number, attempt: message.attempt, worker: worker.address, result });
  state.answer(callId, { kind: "reported", accepted: true });
}

/** Whether an attempt that shows life may go on. One that was given up may, while it can still be the first. */
function goesOn(state: CoordinatorState, attempt: Attempt, active: boolean): boolean {
  if (attempt.state === "running") return true;
  if (attempt.state !== "givenUp") return false;
  const task = state.taskOf(attempt.id)!;
  if (!active || task.winner !== undefined || runningCount(task) >= RUNNING_MAX) {
    // The worker will drop it and ask for something else.
    state.endAttempt(attempt, "cancelled");
    return false;
  }
  const other = attempt.worker.running;
  if (other !== undefined) {
    // A worker has one task at a time. This one was handed out to a question that nobody waited for any more.
    state.endAttempt(other, "cancelled");
    state.releaseTask(state.taskOf(other.id)!);
  }
  state.trace("an attempt comes back", { ...attempt.id, worker: attempt.worker.id });
  state.reviveAttempt(attempt);
  return true;
}

/** Whether a report makes its attempt the one that counts. If another one is, this one is over. */
function counts(state: CoordinatorState, task: Task, attempt: Attempt): boolean {
  if (attempt.state !== "running" && attempt.state !== "givenUp") return false;
  if (task.winner === undefined) return true;
  state.endAttempt(attempt, "cancelled");
  return false;
}

function onDone(state: CoordinatorState, attempt: Attempt): void {
  const durations = state.durations[attempt.id.kind];
  durations.count++;
  durations.sum += ageOf(attempt, state.now);
  attempt.worker.attemptsDone++;
  state.trace("an attempt counts", { ...attempt.id, worker: attempt.worker.id });
}
