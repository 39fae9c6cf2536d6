/** Time that moves when a test says so. */

import type { Clock, Timer } from "../../core/base/ports.ts";
import { type Instant, instant, type Millis } from "../../core/base/units.ts";

interface Alarm {
  readonly due: number;
  readonly fn: () => void;
}

/** How long a turn of the event loop takes: nothing that is set for "at once" comes sooner. */
const TURN = 0.01;

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
    const alarm = { due: this.#now + Math.max(span, TURN), fn };
    this.#alarms.add(alarm);
    return { cancel: () => this.#alarms.delete(alarm) };
  }

  sleep(): Promise<void> {
    throw new TypeError("Nobody sleeps here");
  }

  /** Lets one turn of the event loop go by. */
  turn(): void {
    this.pass(TURN);
  }

  /** Lets `span` milliseconds pass, and rings what is due. */
  pass(span: number): void {
    const end = this.#now + span;
    for (;;) {
      const [alarm] = [...this.#alarms].filter(({ due }) => due <= end)
        .sort((a, b) => a.due - b.due);
      if (alarm === undefined) break;
      this.#alarms.delete(alarm);
      this.#now = instant(alarm.due);
      alarm.fn();
    }
    this.#now = instant(end);
  }
}
