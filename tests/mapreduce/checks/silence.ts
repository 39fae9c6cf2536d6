/**
 * Who is silent for too long is not waited for: while a task is with a worker that gives no sign of progress, others
 * are not told that there is nothing to do. The time in which the master itself stood still does not count.
 */

import { InvariantError } from "../../../core/base/errors.ts";
import { type Instant, NEVER } from "../../../core/base/units.ts";
import type { CoordinatorState } from "../../../core/mapreduce/coordinator_state.ts";
import type { Attempt } from "../../../core/mapreduce/coordinator_tasks.ts";
import type { CoordinatorStep, StepCheck } from "./step_check.ts";
import { nameOf, seconds } from "./words.ts";

/** Timers are as exact as the clock: to the microsecond. */
const GRACE_MILLIS = 1;

/** A sign of life. */
interface Sign {
  readonly at: Instant;
  /** For how long the master had stood still until then. */
  readonly stoodStill: number;
}

/** Checks `SilenceIsNoticed`. Keeps its own account of signs of life, and believes no one else's. */
export class Silence implements StepCheck {
  readonly #signs = new Map<Attempt, Sign>();
  /** When the master wanted to be woken at the latest. */
  #wakeAt: Instant = NEVER;
  #stoodStill = 0;

  onStep({ state, input, output, callerOf }: CoordinatorStep): void {
    if (state.now > this.#wakeAt) this.#stoodStill += state.now - this.#wakeAt;
    this.#wakeAt = output.wakeAt;
    if (input.kind === "request" && input.message.kind === "heartbeat") {
      const { running, workerId, active } = input.message;
      const attempt = state.attemptOf(running, workerId);
      if (active && attempt !== undefined) this.#hear(state, attempt);
    }
    for (const { callId, message } of output.answers) {
      if (message.kind !== "assigned") continue;
      const attempt = state.attemptOf(message.assignment, callerOf(callId));
      if (attempt !== undefined) this.#hear(state, attempt);
    }
    const isIdle = output.answers.find(({ message }) => message.kind === "wait");
    const idle = isIdle && callerOf(isIdle.callId);
    for (const { running } of state.workers.values()) {
      if (running === undefined) continue;
      if (!this.#signs.has(running)) this.#hear(state, running);
      if (idle !== undefined) this.#check(state, running, idle);
    }
  }

  #hear({ now }: CoordinatorState, attempt: Attempt): void {
    this.#signs.set(attempt, { at: now, stoodStill: this.#stoodStill });
  }

  #check({ now, job }: CoordinatorState, attempt: Attempt, idle: string): void {
    const { at, stoodStill } = this.#signs.get(attempt)!;
    const silent = now - at - (this.#stoodStill - stoodStill);
    const { taskTimeout } = job.options;
    if (silent <= taskTimeout + GRACE_MILLIS) return;
    throw new InvariantError(
      "SilenceIsNoticed",
      `${idle} asks for work and is told to wait, and ${nameOf(attempt.id)} is left to ` +
        `${attempt.worker.id}, which has shown no progress since ${seconds(at)}, ` +
        `for ${seconds(silent)}: the limit is ${seconds(taskTimeout)}`,
    );
  }
}
