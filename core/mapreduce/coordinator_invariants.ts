/** What must hold after every step of a coordinator. Costs a walk over all tasks: for simulations and tests. */

import { invariant } from "../base/errors.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import { type Attempt, runningCount, type Task } from "./coordinator_tasks.ts";

/** @throws {InvariantError} If something does not hold. */
export function checkCoordinator(state: CoordinatorState): void {
  for (const task of state.maps) {
    checkTask(state, task);
    invariant(
      (task.result !== undefined) === (task.state === "completed"),
      "CompletedMapHasOutput",
      () =>
        `map task ${task.number} is ${task.state}, and the master has ` +
        `${task.result === undefined ? "no" : "an"} output of it`,
    );
  }
  for (const task of state.reduces) {
    checkTask(state, task);
    invariant(
      task.winner !== undefined || task.state !== "completed",
      "CompletedReduceHasOutput",
      () => `reduce task ${task.number} is completed, and no attempt of it counts`,
    );
  }
  checkCount("map", state.maps, state.mapsCompleted);
  checkCount("reduce", state.reduces, state.reducesCompleted);
  checkWorkers(state);
}

function checkCount(kind: "map" | "reduce", tasks: readonly Task[], counted: number): void {
  const completed = tasks.filter((task) => task.state === "completed");
  invariant(
    completed.length === counted,
    "CountsAgree",
    () =>
      `the master counts ${counted} completed ${kind} tasks, and those that are completed are ` +
      (completed.map(({ number }) => `task ${number}`).join(", ") || "none"),
  );
}

function checkTask(state: CoordinatorState, task: Task): void {
  const name = () => `${task.kind} task ${task.number} (${task.state})`;
  const done = task.attempts.filter((attempt) => attempt.state === "done");
  invariant(
    done.length <= 1,
    "OneAttemptCounts",
    () => `${name()}: attempts ${done.map(({ id }) => id.attempt).join(" and ")} count`,
  );
  invariant(
    done[0] === task.winner,
    "WinnerIsDone",
    () => `${name()}: ${ordinal(done[0])} is done, and ${ordinal(task.winner)} counts`,
  );
  const running = runningCount(task);
  invariant(
    task.winner === undefined || running === 0,
    "NobodyWorksForNothing",
    () => `${name()} has a winner, and ${running} attempts run`,
  );
  const isIdle = task.winner === undefined && running === 0;
  const work = () => `${name()}: ${running} attempts run, and ${ordinal(task.winner)} counts`;
  invariant((task.state === "idle") === isIdle, "IdleIfNobodyWorks", work);
  const waits = state.idleTasks(task.kind).has(task.number);
  invariant(
    waits === isIdle,
    "IdleTasksWait",
    () => `${work()}; it is ${waits ? "" : "not "}among those to be handed out`,
  );
  invariant(running <= 2, "TwoAttemptsAtMost", () => `${name()} has ${running} running`);
  for (const [i, attempt] of task.attempts.entries()) {
    invariant(
      attempt.id.attempt === i + 1,
      "AttemptsAreNumbered",
      () => `${name()}: the attempt at place ${i + 1} has the number ${attempt.id.attempt}`,
    );
    invariant(
      (attempt.state === "running") === (attempt.worker.running === attempt),
      "OneTaskPerWorker",
      () => `${name()}: attempt ${i + 1} is ${attempt.state} on worker ${attempt.worker.id}`,
    );
  }
}

function ordinal(attempt: Attempt | undefined): string {
  return attempt === undefined ? "none" : `attempt ${attempt.id.attempt}`;
}

function checkWorkers(state: CoordinatorState): void {
  for (const worker of state.workers.values()) {
    invariant(
      worker.life === "alive" || worker.running === undefined,
      "OnlyTheLivingWork",
      () => `worker ${worker.id} is ${worker.life} and works`,
    );
  }
  const askers = state.heldAsks.map(({ worker }) => worker.id);
  invariant(
    new Set(askers).size === askers.length,
    "OneQuestionEach",
    () => `a worker waits for two answers at a time: ${askers.join(", ")} wait`,
  );
  const { wastedMillis, wastedAttempts } = state;
  invariant(
    wastedMillis > -1e-6 && wastedAttempts >= 0,
    "WasteIsPositive",
    () => `${wastedAttempts} attempts and ${wastedMillis} ms were for nothing`,
  );
}
