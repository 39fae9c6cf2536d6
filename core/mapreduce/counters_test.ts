import assert from "node:assert/strict";
import { CounterTotals } from "./counters.ts";

Deno.test("CounterTotals adds counters of one name, and sorts by name", () => {
  const counters = new CounterTotals();
  counters.add({ words: 2, lines: 1 });
  counters.add({ words: 3 });
  assert.deepEqual(Object.entries(counters.totals()), [["lines", 1], ["words", 5]]);
});

Deno.test("CounterTotals takes names that objects have by nature", () => {
  const counters = new CounterTotals();
  counters.add({ constructor: 1, toString: 2 });
  counters.add({ constructor: 1 });
  assert.deepEqual(Object.entries(counters.totals()), [["constructor", 2], ["toString", 2]]);
});
