/** The time of the real world. */

import type { Clock, Timer } from "../base/ports.ts";
import { type Instant, instant, type Millis } from "../base/units.ts";

/** Longer spans than this make `setTimeout` fire at once. */
const TIMEOUT_MAX = 2 ** 31 - 1;

/** A {@linkcode Clock} on the machine's monotonic clock; it starts at 0 when it is made. */
export class RealClock implements Clock {
  readonly #start = performance.now();

  now(): Instant {
    return instant(performance.now() - this.#start);
  }

  after(span: Millis, fn: () => void): Timer {
    if (!(span >= 0)) {
      throw new RangeError(`A span of time must be >= 0 ms: current value is ${span}`);
    }
    const timer = new RealTimer(this, this.now() + span, fn);
    timer.arm();
    return timer;
  }

  sleep(span: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.after(span, resolve);
    });
  }
}

class RealTimer implements Timer {
  readonly #clock: Clock;
  readonly #due: number;
  readonly #fn: () => void;
  #handle: ReturnType<typeof setTimeout> | undefined;

  constructor(clock: Clock, due: number, fn: () => void) {
    this.#clock = clock;
    this.#due = due;
    this.#fn = fn;
  }

  arm(): void {
    if (this.#due === Infinity) return;
    const span = Math.ceil(this.#due - this.#clock.now());
    this.#handle = setTimeout(() => this.#onTimeout(), Math.min(Math.max(span, 0), TIMEOUT_MAX));
  }

  cancel(): void {
    clearTimeout(this.#handle);
  }

  #onTimeout(): void {
    // The runtime's timers count whole milliseconds and can be a fraction of one early.
    if (this.#clock.now() < this.#due) this.arm();
    else this.#fn();
  }
}
