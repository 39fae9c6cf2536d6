/** The time of the real world. */

import { clearImmediate, setImmediate } from "node:timers";
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
  #immediate: ReturnType<typeof setImmediate> | undefined;

  constructor(clock: Clock, due: number, fn: () => void) {
    this.#clock = clock;
    this.#due = due;
    this.#fn = fn;
  }

  arm(): void {
    if (this.#due === Infinity) return;
    const span = Math.ceil(this.#due - this.#clock.now());
    // A timeout of 0 takes 1 to 2 ms; what is due at once comes in the next turn of the event loop.
    if (span <= 0) this.#immediate = setImmediate(() => this.#onTimeout());
    else this.#handle = setTimeout(() => this.#onTimeout(), Math.min(span, TIMEOUT_MAX));
  }

  cancel(): void {
    clearTimeout(this.#handle);
    clearImmediate(this.#immediate);
  }

  #onTimeout(): void {
    // The runtime's timers count whole milliseconds and can be a fraction of one early.
    if (this.#clock.now() < this.#due) this.arm();
    else this.#fn();
  }
}
