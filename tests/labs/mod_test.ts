import assert from "node:assert/strict";
import { LAB_TESTS } from "./mod.ts";

Deno.test("every lab test has a name, a title and a place of its own, and the strict ones come last", () => {
  assert.equal(new Set(LAB_TESTS.map(({ name }) => name)).size, LAB_TESTS.length);
  assert.equal(new Set(LAB_TESTS.map(({ title }) => title)).size, LAB_TESTS.length);
  const order = LAB_TESTS.map(({ lab, addition }) => `${addition === "strict" ? 1 : 0} ${lab}`);
  assert.deepEqual(order, order.toSorted());
});

Deno.test("the tests of the course are all there", () => {
  const counts = new Map<string, number>();
  for (const { lab, addition } of LAB_TESTS) {
    const key = addition === undefined ? lab : `${lab}, ${addition}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const expected = {
    "2A": 3,
    "2B": 8,
    "2B, 2023 edition": 2,
    "2C": 8,
    "2D": 6,
    "2D, 2023 edition": 1,
    "3A": 14,
    "3B": 9,
  };
  for (const [key, count] of Object.entries(expected)) assert.equal(counts.get(key), count, key);
});
