/** What every {@linkcode Clock} must do. */

import assert from "node:assert/strict";
import type { Clock } from "../../core/base/ports.ts";
import { type Millis, ms } from "../../core/base/units.ts";

/** Runs a test's body with a fresh clock, and with whatever makes that clock go. */
export type WithClock = (body: (clock: Clock) => Promise<void>) => Promise<void>;

/** Registers the tests of a clock called `name`. */
export function clockSuite(name: string, withClock: WithClock): void {
  const test = (behaviour: string, body: (clock: Clock) => Promise<void>) =>
    Deno.test(`${name}: ${behaviour}`, () => withClock(body));

  test("now() starts near 0 and never goes back", async (clock) => {
    let last = clock.now();
    assert.ok(last >= 0 && last < 1000, `${last}`);
    for (let i = 0; i < 20; i++) {
      await clock.sleep(ms(0.3));
      const now = clock.now();
      assert.ok(now >= last, `${now} comes before ${last}`);
      last = now;
    }
  });

  test("sleep() is never too short, for spans of every kind", async (clock) => {
    for (const span of [0, 0.001, 0.4, 1, 1.7, 5, 12.345]) {
      const start = clock.now();
      await clock.sleep(ms(span));
      const slept = clock.now() - start;
      assert.ok(slept >= span - 1e-6, `slept ${slept} ms instead of ${span} ms`);
    }
  });

  test("after() runs its function once, when the span is over", async (clock) => {
    const start = clock.now();
    const runs: number[] = [];
    clock.after(ms(5), () => runs.push(clock.now() - start));
    await clock.sleep(ms(30));
    assert.equal(runs.length, 1);
    assert.ok(runs[0]! >= 5 - 1e-6, `ran after ${runs[0]} ms`);
  });

  test("after() never runs its function within the call", async (clock) => {
    let ran = false;
    clock.after(ms(0), () => ran = true);
    assert.ok(!ran);
    await clock.sleep(ms(10));
    assert.ok(ran);
  });

  test("after() runs functions in the order of their times", async (clock) => {
    const order: string[] = [];
    clock.after(ms(30), () => order.push("last"));
    clock.after(ms(15), () => order.push("second"));
    clock.after(ms(0), () => order.push("first"));
    await clock.sleep(ms(60));
    assert.deepEqual(order, ["first", "second", "last"]);
  });

  test("after() may be called from a function that after() runs", async (clock) => {
    let depth = 0;
    const deeper = () => {
      depth++;
      if (depth < 5) clock.after(ms(1), deeper);
    };
    clock.after(ms(1), deeper);
    await clock.sleep(ms(60));
    assert.equal(depth, 5);
  });

  test("cancel() keeps the function from running", async (clock) => {
    const timer = clock.after(ms(3), () => assert.fail("it was cancelled"));
    await clock.sleep(ms(1));
    timer.cancel();
    await clock.sleep(ms(20));
  });

  test("cancel() is harmless twice, afterwards, and from within the function", async (clock) => {
    let runs = 0;
    const timer = clock.after(ms(1), () => {
      runs++;
      timer.cancel();
    });
    const other = clock.after(ms(500), () => assert.fail("it was cancelled"));
    other.cancel();
    other.cancel();
    await clock.sleep(ms(20));
    timer.cancel();
    assert.equal(runs, 1);
  });

  test("cancel() of one timer leaves the others alone", async (clock) => {
    const ran: number[] = [];
    const timers = Array.from(
      { length: 600 },
      (_, i) => clock.after(ms(i / 20), () => ran.push(i)),
    );
    for (const [i, timer] of timers.entries()) if (i % 3 !== 0) timer.cancel();
    await clock.sleep(ms(80));
    const expected = timers.map((_, i) => i).filter((i) => i % 3 === 0);
    assert.deepEqual(ran.toSorted((a, b) => a - b), expected);
  });

  test("after() an endless span never runs its function", async (clock) => {
    const timer = clock.after(Infinity as Millis, () => assert.fail("it came too early"));
    await clock.sleep(ms(20));
    timer.cancel();
  });

  test("after() waits for spans that are longer than 2^31 ms", async (clock) => {
    const timer = clock.after(ms(2 ** 31 + 1000), () => assert.fail("it came too early"));
    await clock.sleep(ms(20));
    timer.cancel();
  });

  test("after() throws when the span is negative or not a number", (clock) => {
    assert.throws(() => clock.after(-1 as Millis, () => {}), RangeError);
    assert.throws(() => clock.after(NaN as Millis, () => {}), RangeError);
    return Promise.resolve();
  });
}
