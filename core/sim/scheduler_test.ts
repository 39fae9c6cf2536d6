import assert from "node:assert/strict";
import fc from "fast-check";
import { type Millis, ms } from "../base/units.ts";
import { Scheduler, toMicros } from "./scheduler.ts";

fc.configureGlobal({ seed: 824 });

/** Runs all events, and returns how many there were. */
function runAll(scheduler: Scheduler): number {
  let count = 0;
  for (let event = scheduler.next(); event !== undefined; event = scheduler.next()) {
    event.fire();
    count++;
  }
  return count;
}

Deno.test("Scheduler jumps from event to event, in whole microseconds", () => {
  const scheduler = new Scheduler();
  const seen: number[] = [];
  for (const span of [5, 0.0015, 2.5]) scheduler.after(ms(span), () => seen.push(scheduler.now()));
  runAll(scheduler);
  assert.deepEqual(seen, [0.002, 2.5, 5]);
  assert.equal(scheduler.micros, 5000);
});

Deno.test("Scheduler runs events of one instant in the order in which they were scheduled", () => {
  const scheduler = new Scheduler();
  const order: number[] = [];
  for (let i = 0; i < 20; i++) scheduler.after(ms(1), () => order.push(i));
  runAll(scheduler);
  assert.deepEqual(order, [...order.keys()]);
});

Deno.test("Scheduler: a cancelled timer is no event, and does not move time", () => {
  const scheduler = new Scheduler();
  scheduler.after(ms(1), () => {});
  scheduler.after(ms(9), () => {}).cancel();
  assert.equal(scheduler.pending, 1);
  assert.equal(runAll(scheduler), 1);
  assert.equal(scheduler.now(), 1);
  assert.equal(scheduler.pending, 0);
});

Deno.test("Scheduler forgets cancelled timers long before they are due", () => {
  const scheduler = new Scheduler();
  let runs = 0;
  scheduler.after(ms(2), () => runs++);
  for (let i = 0; i < 100_000; i++) {
    scheduler.after(ms(1000), () => assert.fail("it was cancelled")).cancel();
    assert.equal(scheduler.pending, 1);
  }
  scheduler.after(ms(1), () => runs++);
  assert.equal(runAll(scheduler), 2);
  assert.equal(runs, 2);
});

Deno.test("Scheduler.sleep() tells that a promise was resolved", async () => {
  const scheduler = new Scheduler();
  const slept = scheduler.sleep(ms(3));
  scheduler.after(ms(1), () => {});
  scheduler.next()!.fire();
  assert.ok(!scheduler.promiseResolved);
  scheduler.next()!.fire();
  assert.ok(scheduler.promiseResolved);
  await slept;
});

Deno.test("toMicros() never rounds down, but for the error of a sum of fractions", () => {
  assert.equal(toMicros(ms(0)), 0);
  assert.equal(toMicros(ms(1e-9)), 1);
  assert.equal(toMicros(ms(0.0011)), 2);
  assert.equal(toMicros(ms(0.1 + 0.2)), 300);
  assert.equal(toMicros(ms(100.1)), 100_100);
});

Deno.test("Scheduler: who waits for the rest of a span, again and again, gets there", () => {
  const spans = fc.double({ min: 0, max: 10_000, noNaN: true });
  fc.assert(fc.property(spans, spans, (first, second) => {
    const scheduler = new Scheduler();
    scheduler.after(ms(first), () => {});
    runAll(scheduler);
    const wakeAt = scheduler.now() + second;
    for (let tries = 0; scheduler.now() < wakeAt; tries++) {
      assert.ok(tries < 3, `still ${wakeAt - scheduler.now()} ms early`);
      scheduler.after(ms(wakeAt - scheduler.now()), () => {});
      runAll(scheduler);
    }
  }));
});

Deno.test("toMicros() throws when the span is negative, endless or no number", () => {
  for (const span of [-1, Infinity, NaN]) assert.throws(() => toMicros(span as Millis), RangeError);
});
