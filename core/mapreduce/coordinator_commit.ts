/** Outputs get their final names, and the job its end. */

import { onOutputLost } from "./coordinator_failure.ts";
import type { CommitOrder } from "./coordinator_io.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import type { ReduceTask } from "./coordinator_tasks.ts";

/** The output of a reduce task has its name. */
export function onCommitted(state: CoordinatorState, order: CommitOrder): void {
  const task = beingCommitted(state, order);
  if (task === undefined) return;
  completeReduce(state, task);
  state.records.push({ kind: "committed", task: order.task, attempt: order.attempt });
  state.trace("an output is committed", { task: order.task, attempt: order.attempt });
}

/** Makes a reduce task completed. */
export function completeReduce(state: CoordinatorState, task: ReduceTask): void {
  task.state = "completed";
  state.reducesCompleted++;
}

/** The output could not be had, or not be given its name: the task is executed again. */
export function onCommitFailed(
  state: CoordinatorState,
  order: CommitOrder,
  message: string,
  lost: boolean,
): void {
  const task = beingCommitted(state, order);
  const attempt = task?.winner;
  if (task === undefined || attempt === undefined) return;
  state.trace("a commit fails", { task: order.task, attempt: order.attempt, message });
  task.winner = undefined;
  task.result = undefined;
  state.endAttempt(attempt, "lost");
  onOutputLost(state, attempt, message, lost);
  state.releaseTask(task);
}

function beingCommitted(state: CoordinatorState, order: CommitOrder): ReduceTask | undefined {
  const task = state.reduces[order.task];
  const isOrdered = task?.winner?.id.attempt === order.attempt && task.state !== "completed";
  return isOrdered ? task : undefined;
}
