/**
 * Virtual time: integer microseconds that jump from one event to the next. It knows what comes when;
 * running the events is the business of the simulation.
 */

import type { Clock, Timer } from "../base/ports.ts";
import { type Instant, instant, type Millis } from "../base/units.ts";
import { EventHeap, ScheduledEvent } from "./event_heap.ts";

/** Below this many cancelled events it does not pay to throw them out. */
const CANCELLED_MIN = 256;

const NEVER_TIMER: Timer = { cancel() {} };

/** The events to come and the present. */
export class Scheduler implements Clock {
  readonly #heap = new EventHeap();
  #micros = 0;
  #sequence = 0;
  #cancelled = 0;
  /**
   * Set when something resolved a promise, so that microtasks may be pending. Whoever runs the events
   * clears it after letting them run.
   */
  promiseResolved = false;

  /** The present, in microseconds. */
  get micros(): number {
    return this.#micros;
  }

  /** How many events are to come. */
  get pending(): number {
    return this.#heap.size - this.#cancelled;
  }

  now(): Instant {
    return instant(this.#micros / 1000);
  }

  after(span: Millis, fn: () => void): Timer {
    if (span === Infinity) return NEVER_TIMER;
    const event = new TimerEvent(this, fn);
    this.schedule(event, toMicros(span));
    return event;
  }

  sleep(span: Millis): Promise<void> {
    return new Promise((resolve) => {
      this.after(span, () => {
        this.promiseResolved = true;
        resolve();
      });
    });
  }

  /** Lets `event` happen `micros` (an integer, `>= 0`) from now, after all that is already due then. */
  schedule(event: ScheduledEvent, micros: number): void {
    event.due = this.#micros + micros;
    event.sequence = this.#sequence++;
    this.#heap.push(event);
  }

  /** Takes out the next event and moves the present to it. */
  next(): ScheduledEvent | undefined {
    for (;;) {
      const event = this.#heap.pop();
      if (event === undefined) return undefined;
      if (event.cancelled) {
        this.#cancelled--;
        continue;
      }
      this.#micros = event.due;
      return event;
    }
  }

  /** An event of the heap was cancelled. */
  onCancelled(): void {
    this.#cancelled++;
    if (this.#cancelled > CANCELLED_MIN && this.#cancelled * 2 > this.#heap.size) {
      this.#heap.compact();
      this.#cancelled = 0;
    }
  }
}

class TimerEvent extends ScheduledEvent implements Timer {
  readonly #scheduler: Scheduler;
  /** Undefined once it ran or was cancelled. */
  #fn: (() => void) | undefined;

  constructor(scheduler: Scheduler, fn: () => void) {
    super();
    this.#scheduler = scheduler;
    this.#fn = fn;
  }

  override fire(): void {
    const fn = this.#fn!;
    this.#fn = undefined;
    fn();
  }

  cancel(): void {
    if (this.#fn === undefined) return;
    this.#fn = undefined;
    this.cancelled = true;
    this.#scheduler.onCancelled();
  }
}

/**
 * Returns a span in microseconds, rounded up: a server that finds itself woken before the time it asked
 * for would ask for the rest again, and again. What is only the rounding error of a sum of fractions does
 * not count, but a span above 0 never becomes 0.
 *
 * @throws {RangeError} If `span` is negative, infinite or not a number.
 */
export function toMicros(span: Millis): number {
  if (!(span >= 0 && span < Infinity)) {
    throw new RangeError(`A span of time must be >= 0 ms and finite: current value is ${span}`);
  }
  return span === 0 ? 0 : Math.max(1, Math.ceil(span * 1000 - 1e-3));
}
