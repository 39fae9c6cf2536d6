/** Workers come, fall silent, come back and leave; their finished maps with them (the paper's §3.3). */

import { after } from "../base/units.ts";
import { giveUp } from "./coordinator_failure.ts";
import { completeMap, loseMap } from "./coordinator_map_output.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import type { WorkerState } from "./coordinator_tasks.ts";
import type { WorkerAddress } from "./job.ts";
import type { Leave, Register } from "./messages.ts";

/** Takes a worker in, if it brings the job's application. */
export function onRegister(state: CoordinatorState, callId: number, message: Register): void {
  const { app, address, log } = message;
  if (state.app === undefined) {
    state.planTasks(app);
    state.records.push({ kind: "app", app });
  } else if (state.app.name !== app.name || state.app.wholeFiles !== app.wholeFiles) {
    state.answer(callId, {
      kind: "refused",
      message: `This job runs ${state.app.name}, the worker brings ${app.name}`,
    });
    return;
  }
  const known = state.workers.get(address.workerId);
  if (known === undefined || known.log !== log || !isSameAddress(known.address, address)) {
    state.records.push({ kind: "worker", address, log });
  }
  onAlive(state, addWorker(state, address, log));
  state.answer(callId, {
    kind: "registered",
    jobId: state.jobId,
    heartbeatInterval: state.timing.heartbeatInterval,
    machineId: state.place.machineId,
    inputFolder: state.place.inputFolder,
  });
}

/** Enters a worker, or the new address of one. */
export function addWorker(
  state: CoordinatorState,
  address: WorkerAddress,
  log: string,
): WorkerState {
  const known = state.workers.get(address.workerId);
  if (known !== undefined) {
    known.address = address;
    known.log = log;
    return known;
  }
  const worker: WorkerState = {
    id: address.workerId,
    address,
    log,
    seenAt: state.now,
    life: "alive",
    running: undefined,
    dismissed: false,
    attemptsDone: 0,
    attemptsFailed: 0,
  };
  state.workers.set(worker.id, worker);
  state.trace("a worker joins", { worker: worker.id, machine: address.machineId });
  return worker;
}

/** A worker was heard of. If it was taken for dead, the outputs that nobody has begun to make again still count. */
export function onAlive(state: CoordinatorState, worker: WorkerState): void {
  worker.seenAt = state.now;
  if (worker.life === "alive") return;
  worker.life = "alive";
  let kept = 0;
  for (const task of state.maps) {
    if (task.state !== "idle" || task.gone?.attempt.worker !== worker) continue;
    completeMap(state, task, task.gone.attempt, task.gone.result);
    kept++;
  }
  state.trace("a worker comes back", { worker: worker.id, maps: kept });
}

/** A worker leaves in good order. */
export function onLeave(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  message: Leave,
): void {
  state.trace("a worker leaves", { worker: worker.id });
  worker.life = "gone";
  const attempt = worker.running;
  if (attempt !== undefined) {
    state.endAttempt(attempt, "cancelled");
    state.releaseTask(state.taskOf(attempt.id)!);
  }
  if (!message.filesStay || !canBeReadByAll(state, worker)) loseMapsOf(state, worker, false);
  state.answer(callId, { kind: "reported", accepted: true });
}

/** Declares workers dead that were silent for too long. */
export function expireWorkers(state: CoordinatorState): void {
  for (const worker of state.workers.values()) {
    if (worker.life !== "alive" || state.now < after(worker.seenAt, state.timing.workerTimeout)) {
      continue;
    }
    worker.life = "dead";
    state.trace("a worker is taken for dead", { worker: worker.id });
    if (worker.running !== undefined) giveUp(state, worker.running);
    if (!canBeReadByAll(state, worker)) loseMapsOf(state, worker, true);
  }
}

/** A worker's process has ended: there is nothing to wait for. */
export function onWorkerDied(state: CoordinatorState, workerId: string, how: string): void {
  const worker = state.workers.get(workerId);
  if (worker?.life !== "alive") return;
  state.trace("a worker has died", { worker: worker.id, how });
  worker.life = "dead";
  if (worker.running !== undefined) giveUp(state, worker.running, `the worker's process ${how}`);
  if (!canBeReadByAll(state, worker)) loseMapsOf(state, worker, false);
}

/** Whether all who are left can read the files of `worker` without its help, because they share its machine. */
function canBeReadByAll(state: CoordinatorState, worker: WorkerState): boolean {
  const { machineId } = worker.address;
  for (const { life, address } of state.workers.values()) {
    if (life === "alive" && address.machineId !== machineId) return false;
  }
  return true;
}

/** The worker's finished maps have to be executed again, unless no open reduce task needs them. */
function loseMapsOf(state: CoordinatorState, worker: WorkerState, mayReturn: boolean): void {
  const open = state.reduces.filter(({ winner }) => winner === undefined);
  for (const task of state.maps) {
    const { winner, result } = task;
    if (winner?.worker !== worker || result === undefined) continue;
    if (!open.some(({ number }) => result.partitionBytes[number]! > 0)) continue;
    loseMap(state, task);
    if (mayReturn) task.gone = { attempt: winner, result };
  }
}

function isSameAddress(a: WorkerAddress, b: WorkerAddress): boolean {
  return a.hostname === b.hostname && a.port === b.port && a.machineId === b.machineId &&
    a.folder === b.folder;
}
