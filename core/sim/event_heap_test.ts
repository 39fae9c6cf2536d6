import assert from "node:assert/strict";
import fc from "fast-check";
import { EventHeap, ScheduledEvent } from "./event_heap.ts";

fc.configureGlobal({ seed: 824 });

class TestEvent extends ScheduledEvent {
  constructor(due: number, sequence: number) {
    super();
    this.due = due;
    this.sequence = sequence;
  }

  override fire(): void {}
}

function drain(heap: EventHeap): ScheduledEvent[] {
  const events: ScheduledEvent[] = [];
  for (let event = heap.pop(); event !== undefined; event = heap.pop()) events.push(event);
  return events;
}

function sorted(events: readonly ScheduledEvent[]): ScheduledEvent[] {
  return events.toSorted((a, b) => a.due - b.due || a.sequence - b.sequence);
}

const dues = fc.array(fc.nat(20), { maxLength: 300 });

Deno.test("EventHeap.pop() takes out events by time, and by sequence within one instant", () => {
  fc.assert(fc.property(dues, (dues) => {
    const heap = new EventHeap();
    const events = dues.map((due, sequence) => new TestEvent(due, sequence));
    for (const event of events) heap.push(event);
    assert.equal(heap.size, events.length);
    assert.deepEqual(drain(heap), sorted(events));
    assert.equal(heap.size, 0);
  }));
});

Deno.test("EventHeap keeps the order when pushes and pops alternate", () => {
  const operations = fc.array(fc.option(fc.nat(50), { nil: undefined }), { maxLength: 300 });
  fc.assert(fc.property(operations, (operations) => {
    const heap = new EventHeap();
    let model: ScheduledEvent[] = [];
    for (const [sequence, due] of operations.entries()) {
      if (due === undefined) {
        assert.equal(heap.pop(), model[0]);
        model = model.slice(1);
      } else {
        const event = new TestEvent(due, sequence);
        heap.push(event);
        model = sorted([...model, event]);
      }
    }
    assert.deepEqual(drain(heap), model);
  }));
});

Deno.test("EventHeap.compact() throws out cancelled events and keeps the order of the others", () => {
  const marked = fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 300 });
  fc.assert(fc.property(marked, (marked) => {
    const heap = new EventHeap();
    const events = marked.map(([due, cancelled], sequence) => {
      const event = new TestEvent(due, sequence);
      event.cancelled = cancelled;
      return event;
    });
    for (const event of events) heap.push(event);
    heap.compact();
    assert.deepEqual(drain(heap), sorted(events.filter((event) => !event.cancelled)));
  }));
});
