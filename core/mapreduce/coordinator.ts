/**
 * The paper's master: one input in, one output out. It does no I/O, reads no clock and never waits; the same inputs
 * give the same outputs. This file only dispatches; each handler has a file of its own.
 */

import type { Instant } from "../base/units.ts";
import { onAskForWork, serveHeldAsks } from "./coordinator_assign.ts";
import { onCommitFailed, onCommitted } from "./coordinator_commit.ts";
import { onAttemptFailed } from "./coordinator_failure.ts";
import type { CoordinatorInput, CoordinatorOutput, CoordinatorSetup } from "./coordinator_io.ts";
import { recover } from "./coordinator_recovery.ts";
import { onHeartbeat, onMapDone, onReduceDone } from "./coordinator_report.ts";
import { CoordinatorState } from "./coordinator_state.ts";
import type { WorkerState } from "./coordinator_tasks.ts";
import { type JobStatus, statusOf } from "./coordinator_status.ts";
import { onTimer, wakeAt } from "./coordinator_timer.ts";
import { onAlive, onLeave, onRegister, onWorkerDied } from "./coordinator_workers.ts";
import type { Register, WorkerRequest } from "./messages.ts";

/**
 * Hands out the tasks of one job, and decides which attempts count.
 *
 * @example
 * ```ts
 * import { Coordinator } from "./coordinator.ts";
 * import { JOB_OPTIONS_DEFAULT } from "./coordinator_defaults.ts";
 * import { instant } from "../base/units.ts";
 * import assert from "node:assert/strict";
 *
 * const address = { workerId: "w", hostname: "", port: 0, machineId: "m", folder: "/tmp" };
 * const app = { name: "wc", wholeFiles: false };
 * const coordinator = new Coordinator({
 *   job: { inputs: [{ file: "a", size: 9 }], splitBytes: 100, app, options: JOB_OPTIONS_DEFAULT },
 *   jobId: "1",
 *   place: { machineId: "m", inputFolder: "/in", outputFolder: "/out" },
 *   recovered: [],
 * }, instant(0));
 * const ask = { kind: "askForWork", workerId: "w", jobId: "1" } as const;
 * coordinator.step(
 *   { kind: "request", callId: 1, message: { kind: "register", address, app, log: "" } },
 *   instant(1),
 * );
 * const { answers } = coordinator.step({ kind: "request", callId: 2, message: ask }, instant(2));
 * assert.equal(answers[0]?.message.kind, "assigned");
 * ```
 */
export class Coordinator {
  readonly #state: CoordinatorState;
  #wakeAt: Instant;

  /**
   * Starts anew, or where the journal ends. The first thing to do is a step with the input `timer`.
   *
   * @throws {DamagedDataError} If the records of the journal do not follow from each other.
   */
  constructor(setup: CoordinatorSetup, now: Instant) {
    const state = new CoordinatorState(setup, now);
    recover(state, setup.recovered);
    const { app } = setup.job;
    if (state.app === undefined && app !== undefined) {
      state.planTasks(app);
      state.records.push({ kind: "app", app });
    }
    this.#state = state;
    this.#wakeAt = now;
  }

  /** The state, for observers, which must not change it. */
  get state(): CoordinatorState {
    return this.#state;
  }

  /** How the job stands. It costs a walk over all tasks. */
  status(): JobStatus {
    return statusOf(this.#state);
  }

  /** Turns `input` into what must be done. `now` never goes back. */
  step(input: CoordinatorInput, now: Instant): CoordinatorOutput {
    const state = this.#state;
    state.now = now;
    this.#dispatch(input);
    if (state.isOver) dismissHeldAsks(state);
    else serveHeldAsks(state);
    return this.#takeOutput();
  }

  #dispatch(input: CoordinatorInput): void {
    const state = this.#state;
    switch (input.kind) {
      case "timer":
        return state.isOver ? undefined : onTimer(state, this.#wakeAt);
      case "request":
        return onRequest(state, input.callId, input.message);
      case "committed":
        return onCommitted(state, input.order);
      case "commitFailed":
        return onCommitFailed(state, input.order, input.message, input.lost);
      case "finished":
        state.finished = state.failure === undefined;
        return state.trace("the job is done");
      case "workerDied":
        return state.isOver ? undefined : onWorkerDied(state, input.workerId, input.how);
      case "abort":
        return state.fail(input.message);
    }
  }

  #takeOutput(): CoordinatorOutput {
    const state = this.#state;
    const finish = !state.finishAsked && !state.isOver &&
      state.reducesCompleted === state.reduces.length;
    if (finish) state.finishAsked = true;
    const { records: journal, answers, commits } = state;
    state.records = [];
    state.answers = [];
    state.commits = [];
    this.#wakeAt = wakeAt(state);
    return { journal, answers, commits, finish, wakeAt: this.#wakeAt };
  }
}

function onRequest(state: CoordinatorState, callId: number, message: WorkerRequest): void {
  const worker = state.workers.get(
    message.kind === "register" ? message.address.workerId : message.workerId,
  );
  if (state.isOver) return dismiss(state, callId, worker);
  if (message.kind === "register") return onRegister(state, callId, message);
  if (message.jobId !== state.jobId) {
    return state.answer(callId, { kind: "exit", failure: "The master runs another job by now" });
  }
  if (worker === undefined || worker.life === "gone") {
    return state.answer(callId, { kind: "unknownWorker" });
  }
  onAlive(state, worker);
  onWorkerRequest(state, callId, worker, message);
}

function onWorkerRequest(
  state: CoordinatorState,
  callId: number,
  worker: WorkerState,
  message: Exclude<WorkerRequest, Register>,
): void {
  switch (message.kind) {
    case "askForWork":
      return onAskForWork(state, callId, worker);
    case "heartbeat":
      return onHeartbeat(state, callId, worker, message);
    case "mapDone":
      return onMapDone(state, callId, worker, message);
    case "reduceDone":
      return onReduceDone(state, callId, worker, message);
    case "attemptFailed":
      return onAttemptFailed(state, callId, worker, message);
    case "leave":
      return onLeave(state, callId, worker, message);
  }
}

/** The job is over: that is the answer to everything. */
function dismiss(state: CoordinatorState, callId: number, worker: WorkerState | undefined): void {
  if (worker !== undefined) worker.dismissed = true;
  state.answer(callId, { kind: "exit", failure: state.failure });
}

function dismissHeldAsks(state: CoordinatorState): void {
  for (const { callId, worker } of state.heldAsks) dismiss(state, callId, worker);
  state.heldAsks = [];
}
