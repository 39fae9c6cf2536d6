import assert from "node:assert/strict";
import fc from "fast-check";
import { ddmin, shrinkNumber } from "./ddmin.ts";

/** A whole of up to 60 items, and the ones without which it does not fail. */
const wholes = fc.integer({ min: 0, max: 60 }).chain((count) => {
  const items = Array.from({ length: count }, (_, item) => item);
  return fc.record({ items: fc.constant(items), needed: fc.subarray(items) });
});

Deno.test("ddmin() leaves exactly what is needed, in its order", async () => {
  await fc.assert(
    fc.asyncProperty(wholes, async ({ items, needed }) => {
      const kept = await ddmin(
        items,
        (kept) => Promise.resolve(needed.every((item) => kept.includes(item))),
      );
      assert.deepEqual(kept, needed);
    }),
    { seed: 1 },
  );
});

Deno.test("ddmin(): what is left fails, and fails no more without any one item, if more never fails less", async () => {
  const ways = fc.array(fc.uniqueArray(fc.nat({ max: 29 }), { minLength: 1 }), { minLength: 1 });
  await fc.assert(
    fc.asyncProperty(ways, async (ways) => {
      const items = Array.from({ length: 30 }, (_, item) => item);
      const fails = (kept: readonly number[]) =>
        ways.some((way) => way.every((item) => kept.includes(item)));
      const kept = await ddmin(items, (kept) => Promise.resolve(fails(kept)));
      assert.ok(fails(kept));
      for (const item of kept) assert.ok(!fails(kept.filter((other) => other !== item)));
    }),
    { seed: 2 },
  );
});

Deno.test("ddmin(): what is left fails, and no single item can go, however oddly things fail", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 40 }), async (salt, count) => {
      const items = Array.from({ length: count }, (_, item) => item);
      const fails = (kept: readonly number[]) =>
        kept.length === count ||
        kept.reduce((sum, item) => Math.imul(sum ^ item, 0x9e3779b1), salt) % 3 === 0;
      const kept = await ddmin(items, (kept) => Promise.resolve(fails(kept)));
      assert.ok(fails(kept));
      for (const item of kept) {
        const fewer = kept.filter((other) => other !== item);
        if (fewer.length > 0) assert.ok(!fails(fewer));
      }
    }),
    { seed: 3 },
  );
});

Deno.test("ddmin() finds one of a thousand items in few trials, and keeps all if nothing more may be tried", async () => {
  const items = Array.from({ length: 1000 }, (_, item) => item);
  let trials = 0;
  const kept = await ddmin(items, (kept) => {
    trials++;
    return Promise.resolve(kept.includes(700));
  });
  assert.deepEqual(kept, [700]);
  assert.ok(trials < 30, `${trials} trials`);
  assert.deepEqual(await ddmin(items, () => Promise.resolve(false)), items);
});

Deno.test("shrinkNumber() finds the least number that fails, or the least that its probes lead to", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 1000 }), fc.nat({ max: 1000 }), async (a, b) => {
      const [least, from] = [Math.min(a, b), Math.max(a, b)];
      const fails = (value: number) => Promise.resolve(value >= least);
      assert.equal(await shrinkNumber(from, fails, 20), least);
      const rough = await shrinkNumber(from, fails, 3);
      assert.ok(rough >= least && rough <= from);
      assert.equal(await shrinkNumber(from, fails, 0), from);
    }),
    { seed: 4 },
  );
});
