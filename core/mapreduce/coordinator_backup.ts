/**
 * Backup tasks (the paper's §3.6): when nothing is left to hand out, what is in progress is handed out a second time
 * if the second attempt is likely to be the first to end.
 */

import type { CoordinatorState } from "./coordinator_state.ts";
import { type Attempt, runningCount, type Task, type WorkerState } from "./coordinator_tasks.ts";

/** An attempt that says nothing of its progress is slow when it has taken this much longer than others did. */
const SLOW = 1.5;

/** The task that `worker` should execute beside another one, if there is any. */
export function pickBackup(
  state: CoordinatorState,
  kind: "map" | "reduce",
  worker: WorkerState,
): Task | undefined {
  const { backupAfter } = state.job.options;
  if (backupAfter === undefined) return undefined;
  let slowest: Task | undefined;
  let longest = 0;
  for (const { running } of state.workers.values()) {
    if (running === undefined || running.id.kind !== kind) continue;
    const age = state.now - running.startedAt;
    if (age < backupAfter) continue;
    const task = state.taskOf(running.id)!;
    // Who has failed on it, or has it given up, would make a poor second.
    if (task.failedOn.has(worker.id) || runningCount(task) > 1) continue;
    const left = millisLeft(state, running, age);
    if (left > longest) {
      slowest = task;
      longest = left;
    }
  }
  return slowest;
}

/** How long the attempt will probably take yet; 0 if another one would not be faster. */
function millisLeft(state: CoordinatorState, attempt: Attempt, age: number): number {
  const { count, sum } = state.durations[attempt.id.kind];
  const usual = count === 0 ? 0 : sum / count;
  if (attempt.fraction === 0) return age > usual * SLOW ? age : 0;
  const left = age * (1 - attempt.fraction) / attempt.fraction;
  return left > usual ? left : 0;
}
