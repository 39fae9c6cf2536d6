/** What every {@linkcode Random} must do. */

import assert from "node:assert/strict";
import type { Random } from "../../core/base/ports.ts";

/** Registers the tests of a random stream called `name`; `make` makes one from a seed. */
export function randomSuite(name: string, make: (seed: bigint) => Random): void {
  const test = (behaviour: string, body: (random: Random) => void) =>
    Deno.test(`${name}: ${behaviour}`, () => body(make(824n)));

  test("below() gives every integer of a small range and no other", (random) => {
    const seen = new Set(Array.from({ length: 1000 }, () => random.below(7)));
    assert.deepEqual([...seen].sort(), [0, 1, 2, 3, 4, 5, 6]);
  });

  test("below(1) is 0, and below(2^32) uses the whole range", (random) => {
    assert.equal(random.below(1), 0);
    const values = Array.from({ length: 1000 }, () => random.below(2 ** 32));
    assert.ok(Math.max(...values) > 0.99 * 2 ** 32);
    assert.ok(Math.min(...values) < 0.01 * 2 ** 32);
    assert.equal(new Set(values).size, 1000);
  });

  test("below() throws when the bound is no integer in [1, 2^32]", (random) => {
    for (const bound of [0, -1, 1.5, 2 ** 32 + 1, NaN]) {
      assert.throws(() => random.below(bound), RangeError, `${bound}`);
    }
  });

  test("between() includes both ends", (random) => {
    const seen = new Set(Array.from({ length: 1000 }, () => random.between(-2, 2)));
    assert.deepEqual([...seen].sort((a, b) => a - b), [-2, -1, 0, 1, 2]);
    assert.equal(random.between(5, 5), 5);
  });

  test("between() throws when the range is empty", (random) => {
    assert.throws(() => random.between(2, 1), RangeError);
  });

  test("chance() is true in that share of the cases", (random) => {
    let hits = 0;
    for (let i = 0; i < 30_000; i++) if (random.chance(1, 3)) hits++;
    assert.ok(Math.abs(hits - 10_000) < 400, `${hits} of 30000`);
    assert.ok(!random.chance(0, 5));
    assert.ok(random.chance(5, 5));
  });

  test("bits53() gives integers of the whole safe range", (random) => {
    const values = Array.from({ length: 1000 }, () => random.bits53());
    assert.ok(values.every((value) => Number.isSafeInteger(value) && value >= 0));
    assert.ok(Math.max(...values) > 0.99 * 2 ** 53);
    assert.ok(values.some((value) => value % 2 === 1));
    assert.equal(new Set(values).size, 1000);
  });

  test("the same seed and the same calls give the same numbers", (random) => {
    const again = make(824n);
    for (let i = 1; i < 100; i++) assert.equal(random.below(i), again.below(i));
    assert.equal(random.bits53(), again.bits53());
  });

  test("child() is not shifted by draws from its parent or its siblings", (random) => {
    const again = make(824n);
    again.below(10);
    again.child("a").below(10);
    assert.equal(random.child("b").bits53(), again.child("b").bits53());
  });
}
