import assert from "node:assert/strict";
import { LAB_TESTS, SIMULATED_TESTS } from "./mod.ts";
import { runLabTest } from "./run_lab_test.ts";

for (const test of SIMULATED_TESTS) {
  Deno.test(`${test.title} [${test.name}]`, async () => {
    for (const seed of [1n, 2n, 3n]) {
      const { verdict, reason, hash } = await runLabTest(test, seed);
      assert.equal(verdict, "pass", `seed ${seed}: ${reason}`);
      if (seed > 1n) continue;
      assert.equal((await runLabTest(test, seed)).hash, hash, "the same seed gives the same run");
      assert.notEqual((await runLabTest(test, 4n)).hash, hash, "another seed gives another run");
    }
  });
}

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
  assert.deepEqual(
    ["2A", "2B", "2B, 2023 edition", "2C", "2D", "2D, 2023 edition"].map((key) => counts.get(key)),
    [3, 8, 2, 8, 6, 1],
  );
});
