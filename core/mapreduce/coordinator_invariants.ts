/** What must hold after every step of a coordinator. Costs a walk over all tasks: for simulations and tests. */

import { invariant } from "../base/errors.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import { runningCount, type Task } from "./coordinator_tasks.ts";

/** @throws {InvariantError} If something does not hold. */
export function checkCoordinator(state: CoordinatorState): void {
  let [mapsCompleted, reducesCompleted] = [0, 0];
  for (const task of state.maps) {
    checkTask(state, task);
    if (task.state === "completed") mapsCompleted++;
    invariant(
      (task.result !== undefined) === (task.state === "completed"),
      "CompletedMapHasOutput",
      () => `map task ${task.number} is ${task.state}`,
    );
  }
  for (const task of state.reduces) {
    checkTask(state, task);
    if (task.state === "completed") reducesCompleted++;
    invariant(
      task.winner !== undefined || task.state !== "completed",
      "CompletedReduceHasOutput",
      () => `reduce task ${task.number} is completed by nobody`,
    );
  }
  invariant(
    mapsCompleted === state.mapsCompleted && reducesCompleted === state.reducesCompleted,
    "CountsAgree",
    () =>
      `${mapsCompleted} and ${reducesCompleted} tasks are completed, ` +
      `${state.mapsCompleted} and ${state.reducesCompleted} are counted`,
  );
  checkWorkers(state);
}

function checkTask(state: CoordinatorState, task: Task): void {
  const name = () => `${task.kind} task ${task.number} (${task.state})`;
  const done = task.attempts.filter((attempt) => attempt.state === "done");
  invariant(done.length <= 1, "OneAttemptCounts", () => `${name()} has ${done.length}`);
  invariant(done[0] === task.winner, "WinnerIsDone", () => `${name()} has another winner`);
  const running = runningCount(task);
  invariant(
    task.winner === undefined || running === 0,
    "NobodyWorksForNothing",
    () => `${name()} has a winner, and ${running} attempts run`,
  );
  const isIdle = task.winner === undefined && running === 0;
  invariant((task.state === "idle") === isIdle, "IdleIfNobodyWorks", name);
  invariant(state.idleTasks(task.kind).has(task.number) === isIdle, "IdleTasksWait", name);
  invariant(running <= 2, "TwoAttemptsAtMost", () => `${name()} has ${running} running`);
  for (const [i, attempt] of task.attempts.entries()) {
    invariant(attempt.id.attempt === i + 1, "AttemptsAreNumbered", name);
    invariant(
      (attempt.state === "running") === (attempt.worker.running === attempt),
      "OneTaskPerWorker",
      () => `${name()}: attempt ${i + 1} is ${attempt.state} on worker ${attempt.worker.id}`,
    );
  }
}

function checkWorkers(state: CoordinatorState): void {
  for (const worker of state.workers.values()) {
    invariant(
      worker.life === "alive" || worker.running === undefined,
      "OnlyTheLivingWork",
      () => `worker ${worker.id} is ${worker.life} and works`,
    );
  }
  const askers = new Set(state.heldAsks.map(({ worker }) => worker));
  invariant(askers.size === state.heldAsks.length, "OneQuestionEach", () => "a worker asks twice");
  invariant(state.wastedMillis > -1e-6, "WasteIsPositive", () => `${state.wastedMillis} ms`);
  invariant(state.wastedAttempts >= 0, "WasteIsPositive", () => `${state.wastedAttempts}`);
}
