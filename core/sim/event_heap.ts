/** The events to come, in the order in which they will happen. */

/**
 * Something that will happen: {@linkcode fire} runs at its time. An event may be scheduled again once it
 * has left the heap, but stands in it at most once.
 */
export abstract class ScheduledEvent {
  /** When, in microseconds of virtual time. Set by the scheduler. */
  due = 0;
  /** Which of the events of one instant comes first; unique. Set by the scheduler. */
  sequence = 0;
  /** A cancelled event stays in the heap until its turn, or until there are too many of its kind. */
  cancelled = false;

  abstract fire(): void;
}

/** A heap of events ordered by `(due, sequence)`, four children to a node. */
export class EventHeap {
  readonly #events: ScheduledEvent[] = [];

  /** How many events are in the heap, cancelled ones included. */
  get size(): number {
    return this.#events.length;
  }

  push(event: ScheduledEvent): void {
    const events = this.#events;
    events.push(event);
    siftUp(events, events.length - 1, event);
  }

  /** Takes out the first event. */
  pop(): ScheduledEvent | undefined {
    const events = this.#events;
    const last = events.pop();
    if (last === undefined || events.length === 0) return last;
    const first = events[0]!;
    siftDown(events, 0, last);
    return first;
  }

  /** Throws out the cancelled events. The order of the others is not affected. */
  compact(): void {
    const events = this.#events;
    let kept = 0;
    for (const event of events) if (!event.cancelled) events[kept++] = event;
    events.length = kept;
    for (let i = (kept - 2) >> 2; i >= 0; i--) siftDown(events, i, events[i]!);
  }
}

function isBefore(a: ScheduledEvent, b: ScheduledEvent): boolean {
  return a.due < b.due || (a.due === b.due && a.sequence < b.sequence);
}

function siftUp(events: ScheduledEvent[], from: number, event: ScheduledEvent): void {
  let hole = from;
  while (hole > 0) {
    const parentAt = (hole - 1) >> 2;
    const parent = events[parentAt]!;
    if (!isBefore(event, parent)) break;
    events[hole] = parent;
    hole = parentAt;
  }
  events[hole] = event;
}

function siftDown(events: ScheduledEvent[], from: number, event: ScheduledEvent): void {
  const length = events.length;
  let hole = from;
  for (;;) {
    const firstChild = 4 * hole + 1;
    if (firstChild >= length) break;
    let leastAt = firstChild;
    let least = events[firstChild]!;
    const end = Math.min(firstChild + 4, length);
    for (let i = firstChild + 1; i < end; i++) {
      const child = events[i]!;
      if (isBefore(child, least)) {
        least = child;
        leastAt = i;
      }
    }
    if (!isBefore(least, event)) break;
    events[hole] = least;
    hole = leastAt;
  }
  events[hole] = event;
}
