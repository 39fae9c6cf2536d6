/** The wall clock of one test: what it has set going ends with it. */

import type { Clock, Timer } from "../../../core/base/ports.ts";
import type { Instant, Millis } from "../../../core/base/units.ts";
import { RealClock } from "../../../core/host/clock.ts";

const DEAD_TIMER: Timer = { cancel() {} };

/** A {@linkcode RealClock} that can be stopped. */
export class WorldClock implements Clock {
  readonly #clock = new RealClock();
  readonly #attempt: (action: () => void) => void;
  readonly #timers = new Set<Timer>();
  #stopped = false;

  /** What timers throw goes to `attempt`. */
  constructor(attempt: (action: () => void) => void) {
    this.#attempt = attempt;
  }

  now(): Instant {
    return this.#clock.now();
  }

  after(span: Millis, fn: () => void): Timer {
    if (this.#stopped) return DEAD_TIMER;
    const timer = this.#clock.after(span, () => {
      this.#timers.delete(timer);
      this.#attempt(fn);
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }

  sleep(span: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.after(span, resolve);
    });
  }

  /** From now on no timer fires, and no sleep ends. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
