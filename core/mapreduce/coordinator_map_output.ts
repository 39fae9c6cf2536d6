/** The outputs of map tasks: which one counts, and what follows when it is lost. */

import type { CoordinatorState } from "./coordinator_state.ts";
import { type Attempt, type MapTask, runningCount } from "./coordinator_tasks.ts";
import type { MapResult } from "./messages.ts";

/** Makes `attempt` the one that counts. */
export function completeMap(
  state: CoordinatorState,
  task: MapTask,
  attempt: Attempt,
  result: MapResult,
): void {
  state.completeAttempt(task, attempt);
  task.state = "completed";
  task.result = result;
  task.accepted = result;
  task.gone = undefined;
  task.lossesAtCompletion = state.losses;
  state.mapsCompleted++;
  state.records.push({
    kind: "mapDone",
    task: task.number,
    attempt: attempt.id.attempt,
    result,
  });
  if (state.allMapsCompleted) orderReduces(state);
}

/** The output of a completed map task is gone: the task has to be executed again (the paper's §3.3). */
export function loseMap(state: CoordinatorState, task: MapTask): void {
  const attempt = task.winner!;
  state.trace("a map output is lost", { task: task.number, worker: attempt.worker.id });
  task.winner = undefined;
  task.result = undefined;
  state.endAttempt(attempt, "lost");
  state.mapsCompleted--;
  state.losses++;
  state.releaseTask(task);
}

/** The largest partition first: begun last, it would be the last to end by far. */
function orderReduces(state: CoordinatorState): void {
  const bytes = new Float64Array(state.reduces.length);
  for (const { result } of state.maps) {
    for (let i = 0; i < bytes.length; i++) bytes[i]! += result!.partitionBytes[i]!;
  }
  const idle = state.reduces.filter((task) => task.winner === undefined && runningCount(task) === 0)
    .map(({ number }) => number);
  for (const number of idle) state.idleReduces.delete(number);
  for (const number of idle.sort((a, b) => bytes[b]! - bytes[a]!)) state.idleReduces.add(number);
}
