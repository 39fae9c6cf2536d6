/** A clock that can jump ahead, as a virtual machine's does after a pause: timers that have become due fire at once. */

import {
  type Clock,
  type Instant,
  instant,
  type Millis,
  ms,
  type Timer,
} from "../../core/base/mod.ts";

interface Pending {
  readonly due: number;
  readonly fire: () => void;
  timer: Timer;
}

/** See the head of this file. */
export class JumpingClock implements Clock {
  readonly #clock: Clock;
  readonly #pending = new Set<Pending>();
  #ahead = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Instant {
    return instant(this.#clock.now() + this.#ahead);
  }

  after(span: Millis, fn: () => void): Timer {
    const fire = () => {
      this.#pending.delete(pending);
      fn();
    };
    const pending = { due: this.now() + span, fire, timer: this.#clock.after(span, fire) };
    this.#pending.add(pending);
    return {
      cancel: () => {
        this.#pending.delete(pending);
        pending.timer.cancel();
      },
    };
  }

  sleep(span: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.after(span, resolve);
    });
  }

  /** Is so many milliseconds ahead from now on. Time never goes back: less than before changes nothing. */
  jumpTo(ahead: number): void {
    if (ahead <= this.#ahead) return;
    this.#ahead = ahead;
    for (const pending of this.#pending) {
      pending.timer.cancel();
      const left = ms(Math.max(0, pending.due - this.now()));
      pending.timer = this.#clock.after(left, pending.fire);
    }
  }
}
