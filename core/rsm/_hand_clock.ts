/** Time that moves when a test says so. */

import type { Clock, Timer } from "../base/ports.ts";
import { type Instant, instant, type Millis } from "../base/units.ts";

interface Alarm {
  readonly due: number;
  readonly fn: () => void;
}

/** A clock in the hands of a test. */
export class HandClock implements Clock {
  #now = instant(0);
  readonly #alarms = new Set<Alarm>();

  /** How many alarms are set. */
  get alarms(): number {
    return this.#alarms.size;
  }

  now(): Instant {
    return this.#now;
  }

  after(span: Millis, fn: () => void): Timer {
    const alarm = { due: this.#now + span, fn };
    this.#alarms.add(alarm);
    return { cancel: () => this.#alarms.delete(alarm) };
  }

  sleep(): Promise<void> {
    throw new TypeError("Nobody sleeps here");
  }

  /** Lets `span` milliseconds pass, and rings what is due. With 0, one turn: what is due now and was set before. */
  pass(span: number): void {
    const end = this.#now + span;
    const before = span === 0 ? new Set(this.#alarms) : this.#alarms;
    for (;;) {
      const [alarm] = [...before].filter((alarm) => alarm.due <= end && this.#alarms.has(alarm))
        .sort((a, b) => a.due - b.due);
      if (alarm === undefined) break;
      this.#alarms.delete(alarm);
      before.delete(alarm);
      this.#now = instant(Math.max(this.#now, alarm.due));
      alarm.fn();
    }
    this.#now = instant(end);
  }
}
