import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/mod.ts";
import { checkHistory, kvModel, searchThoroughly, STEPS_MAX } from "../../core/check/mod.ts";
import { faultOf } from "./oracle.ts";
import { storeHistory, type StoreShape } from "./random_histories.ts";

const SEEDS = Number(Deno.env.get("DIST824_RIGHT_SEEDS") ?? 400);

const SHAPES: Readonly<Record<string, StoreShape>> = {
  "as the labs do": {
    clients: 15,
    operations: 200,
    keys: 3,
    ops: ["get", "get", "append", "append", "put"],
    values: "unique",
    unknownOfThousand: 0,
  },
  "with many outcomes unknown": {
    clients: 10,
    operations: 150,
    keys: 1,
    ops: ["get", "get", "append", "put"],
    values: "unique",
    unknownOfThousand: 200,
  },
  "of a register with few values": {
    clients: 6,
    operations: 100,
    keys: 1,
    ops: ["get", "put"],
    values: 3,
    unknownOfThousand: 50,
  },
  "with compare-and-set": {
    clients: 5,
    operations: 80,
    keys: 2,
    ops: ["get", "put", "cas", "cas"],
    values: 3,
    unknownOfThousand: 30,
  },
  "with every operation": {
    clients: 6,
    operations: 80,
    keys: 2,
    ops: ["get", "get", "put", "append", "delete", "cas"],
    values: 4,
    unknownOfThousand: 30,
    isStrict: true,
  },
  "with slow operations among quick ones": {
    clients: 30,
    operations: 300,
    keys: 1,
    ops: ["get", "append", "put"],
    values: "unique",
    unknownOfThousand: 10,
    slowest: 60,
  },
};

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`check: histories ${name} that are right by construction are ok`, () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = new SeededRandom(BigInt(seed)).child(name);
      const history = storeHistory(random, shape).map(({ operation }) => operation);
      const { verdict, parts } = checkHistory(kvModel, history);
      assert.equal(verdict, "ok", `seed ${seed}`);
      for (const { operations, order } of parts) {
        const part = operations.map((i) => history[i]!);
        const local = new Map(operations.map((i, place) => [i, place]));
        assert.equal(faultOf(kvModel, part, order.map((i) => local.get(i)!)), undefined);
        const thorough = searchThoroughly(kvModel, part, STEPS_MAX);
        assert.equal(thorough.verdict, "ok", `seed ${seed}, thoroughly`);
        assert.equal(faultOf(kvModel, part, thorough.order), undefined);
      }
    }
  });
}

Deno.test("check: the same history takes the same steps", () => {
  const shape = SHAPES["with many outcomes unknown"]!;
  const history = storeHistory(new SeededRandom(7n), shape).map(({ operation }) => operation);
  assert.deepEqual(checkHistory(kvModel, history), checkHistory(kvModel, history));
});

Deno.test("check: a budget that is too small gives unknown, never ok", () => {
  const shape = SHAPES["as the labs do"]!;
  const history = storeHistory(new SeededRandom(7n), shape).map(({ operation }) => operation);
  const { verdict, parts } = checkHistory(kvModel, history, { stepsMax: 10 });
  assert.equal(verdict, "unknown");
  assert.ok(parts.every((part) => part.order.length === 0));
});
