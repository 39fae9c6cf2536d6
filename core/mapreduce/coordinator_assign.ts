/** Handing out: maps first, reduces when all maps are completed (the paper's §3.1), backups near the end. */

import { after, ms } from "../base/units.ts";
import { pickBackup } from "./coordinator_backup.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import type { Attempt, MapTask, Task, WorkerState } from "./coordinator_tasks.ts";
import type { Assignment, ReduceInput } from "./messages.ts";

/** A worker has nothing to do. */
export function onAskForWork(state: CoordinatorState, callId: number, worker: WorkerState): void {
  // Who asks again has not got, or not waited for, the answer to the question before.
  state.heldAsks = state.heldAsks.filter((held) => {
    if (held.worker !== worker) return true;
    state.answer(held.callId, { kind: "wait", delay: ms(0) });
    return false;
  });
  state.heldAsks.push({ callId, worker, until: after(state.now, state.timing.holdAsk) });
}

/** Answers the held questions that can be answered now, oldest first. */
export function serveHeldAsks(state: CoordinatorState): void {
  if (state.heldAsks.length === 0) return;
  state.heldAsks = state.heldAsks.filter(({ callId, worker, until }) => {
    if (worker.life !== "alive") {
      state.answer(callId, { kind: "unknownWorker" });
      return false;
    }
    const assignment = assign(state, worker);
    if (assignment !== undefined) {
      state.answer(callId, { kind: "assigned", assignment });
      return false;
    }
    if (state.now < until) return true;
    state.answer(callId, { kind: "wait", delay: ms(0) });
    return false;
  });
}

/** Whether `worker` should rather not get `task`, because it has failed on it and others have not. */
export function shuns(state: CoordinatorState, task: Task, worker: WorkerState): boolean {
  const failedAt = task.failedOn.get(worker.id);
  if (failedAt === undefined) return false;
  if (state.now >= after(failedAt, state.job.options.taskTimeout)) return false;
  for (const other of state.workers.values()) {
    if (other.life === "alive" && !task.failedOn.has(other.id)) return true;
  }
  return false;
}

function assign(state: CoordinatorState, worker: WorkerState): Assignment | undefined {
  return assignAgain(state, worker) ?? assignNext(state, worker);
}

/**
 * The answer with the assignment was lost on its way: the worker gets it again. It is the same attempt. One that a
 * master before this one has handed out may have been executed, and failed: its number is not used again.
 */
function assignAgain(state: CoordinatorState, worker: WorkerState): Assignment | undefined {
  const attempt = worker.running;
  if (attempt === undefined) return undefined;
  const task = state.taskOf(attempt.id)!;
  if (attempt.isRecovered || (task.kind === "reduce" && !state.allMapsCompleted)) {
    state.endAttempt(attempt, "givenUp");
    state.releaseTask(task);
    return undefined;
  }
  attempt.activeAt = state.now;
  attempt.lossesAtStart = state.losses;
  return assignmentOf(state, task, attempt);
}

function assignNext(state: CoordinatorState, worker: WorkerState): Assignment | undefined {
  if (state.app === undefined) return undefined;
  const kind = state.allMapsCompleted ? "reduce" : "map";
  const tasks: readonly Task[] = kind === "map" ? state.maps : state.reduces;
  const idle = state.idleTasks(kind).take(
    worker.address.machineId,
    (number) => !shuns(state, tasks[number]!, worker),
  );
  const task = idle === undefined ? pickBackup(state, kind, worker) : tasks[idle]!;
  if (task === undefined) return undefined;
  const backup = idle === undefined;
  const attempt = state.startAttempt(task, worker, { backup, isRecovered: false });
  state.records.push({ kind: "started", id: attempt.id, workerId: worker.id, backup });
  state.trace("an attempt is handed out", { ...attempt.id, worker: worker.id, backup });
  return assignmentOf(state, task, attempt);
}

function assignmentOf(state: CoordinatorState, task: Task, attempt: Attempt): Assignment {
  const id = { task: task.number, attempt: attempt.id.attempt };
  if (task.kind === "map") {
    return {
      kind: "map",
      ...id,
      splits: task.splits,
      nReduce: state.job.options.nReduce,
      skipRecords: [...task.skipRecords],
      oneRecordAtATime: task.oneRecordAtATime,
    };
  }
  const { machineId, outputFolder } = state.place;
  return {
    kind: "reduce",
    ...id,
    inputs: inputsOf(state.maps, task.number),
    outputFolder: attempt.worker.address.machineId === machineId ? outputFolder : "",
  };
}

function inputsOf(maps: readonly MapTask[], partition: number): ReduceInput[] {
  const inputs: ReduceInput[] = [];
  for (const { number, winner, result } of maps) {
    const bytes = result!.partitionBytes[partition]!;
    if (bytes === 0) continue;
    inputs.push({
      mapTask: number,
      attempt: winner!.id.attempt,
      worker: winner!.worker.address,
      path: result!.path,
      bytes,
    });
  }
  return inputs;
}
