/** When the coordinator must look again, and what it does then. */

import { after, earlier, type Instant, ms, NEVER } from "../base/units.ts";
import { expireAttempts } from "./coordinator_failure.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import { expireWorkers } from "./coordinator_workers.ts";

/** Gives up what was silent for too long. `wakeAt` is when this should have happened. */
export function onTimer(state: CoordinatorState, wakeAt: Instant): void {
  const late = ms(Math.max(0, state.now - wakeAt));
  if (late >= state.job.options.taskTimeout / 2) forgive(state, late);
  expireAttempts(state);
  expireWorkers(state);
}

/** Returns when the coordinator wants to be woken: at the next end of somebody's patience. */
export function wakeAt(state: CoordinatorState): Instant {
  if (state.isOver) return NEVER;
  let at = NEVER;
  for (const { life, seenAt, running } of state.workers.values()) {
    if (life === "alive") at = earlier(at, after(seenAt, state.timing.workerTimeout));
    if (running !== undefined) {
      at = earlier(at, after(running.activeAt, state.job.options.taskTimeout));
    }
  }
  for (const { until } of state.heldAsks) at = earlier(at, until);
  return at;
}

/** The master itself was stopped or asleep, and could not hear anybody: that time does not count. */
function forgive(state: CoordinatorState, late: ReturnType<typeof ms>): void {
  state.trace("the master was asleep", { millis: late });
  for (const worker of state.workers.values()) {
    worker.seenAt = after(worker.seenAt, late);
    if (worker.running !== undefined) {
      worker.running.activeAt = after(worker.running.activeAt, late);
    }
  }
}
