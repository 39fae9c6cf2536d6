import assert from "node:assert/strict";
import { after, between, earlier, instant, ms, NEVER } from "./units.ts";

Deno.test("ms() takes fractions and throws when the span is negative or no number", () => {
  assert.equal(ms(0), 0);
  assert.equal(ms(0.25), 0.25);
  assert.throws(() => ms(-1), RangeError);
  assert.throws(() => ms(NaN), RangeError);
});

Deno.test("after() and between() undo each other", () => {
  const start = instant(100);
  assert.equal(between(start, after(start, ms(50))), 50);
});

Deno.test("between() is 0 when the end lies before the start", () => {
  assert.equal(between(instant(2), instant(1)), 0);
});

Deno.test("NEVER is later than any instant", () => {
  assert.equal(earlier(NEVER, instant(1e15)), 1e15);
  assert.equal(earlier(instant(3), instant(2)), 2);
});
