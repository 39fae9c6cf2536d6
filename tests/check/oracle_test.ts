import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/mod.ts";
import {
  checkHistory,
  kvModel,
  type KvOperation,
  type Model,
  searchThoroughly,
  STEPS_MAX,
} from "../../core/check/mod.ts";
import { faultOf, hasOrder } from "./oracle.ts";
import { nearlyRight, smallHistory, type SmallShape, storeHistory } from "./random_histories.ts";

const EACH = Number(Deno.env.get("DIST824_ORACLE_HISTORIES") ?? 1500);

const SHAPES: Readonly<Record<string, SmallShape>> = {
  "appends and gets": {
    operationsMax: 7,
    clients: 4,
    values: ["a", "b", "ab"],
    ops: ["get", "get", "append"],
    unknownOfTen: 1,
  },
  "puts and gets": {
    operationsMax: 7,
    clients: 4,
    values: ["a", "b", ""],
    ops: ["get", "put"],
    unknownOfTen: 2,
  },
  "puts, appends and gets": {
    operationsMax: 7,
    clients: 4,
    values: ["a", "b", ""],
    ops: ["get", "get", "put", "append"],
    unknownOfTen: 3,
  },
  "everything": {
    operationsMax: 7,
    clients: 5,
    values: ["a", "b", ""],
    ops: ["get", "get", "put", "append", "delete", "cas"],
    unknownOfTen: 2,
  },
  "compare-and-set": {
    operationsMax: 7,
    clients: 5,
    values: ["a", "b"],
    ops: ["get", "cas", "put"],
    unknownOfTen: 3,
  },
  "values of one kind": {
    operationsMax: 7,
    clients: 5,
    values: ["a"],
    ops: ["get", "append", "delete"],
    unknownOfTen: 3,
  },
  "unique values": {
    operationsMax: 7,
    clients: 5,
    values: ["a", "b", "c", "d", "e", "f", "g"],
    ops: ["get", "put", "append"],
    unknownOfTen: 2,
  },
};

/** The kv model without what is special about it: what the search does for models of others. */
const plainModel: Model<
  string | null,
  Parameters<typeof kvModel.step>[1],
  NonNullable<Parameters<typeof kvModel.step>[2]>
> = {
  partition: kvModel.partition,
  initial: kvModel.initial,
  step: kvModel.step,
  stateKey: kvModel.stateKey,
  describe: kvModel.describe,
  isRead: kvModel.isRead!,
};

function compare(history: readonly KvOperation[]): "ok" | "illegal" {
  const expected = hasOrder(kvModel, history) ? "ok" : "illegal";
  for (const model of [kvModel, plainModel]) {
    const { verdict, parts } = checkHistory(model, history);
    const part = parts[0]!;
    assert.equal(verdict, expected, JSON.stringify(history));
    const thorough = searchThoroughly(model, history, STEPS_MAX);
    assert.equal(thorough.verdict, expected, `thoroughly: ${JSON.stringify(history)}`);
    if (thorough.verdict === "ok") assert.equal(faultOf(model, history, thorough.order), undefined);
    if (verdict === "ok") assert.equal(faultOf(model, history, part.order), undefined);
    else assert.ok(part.misfits.length > 0);
  }
  return expected;
}

function bothOften(found: { readonly ok: number; readonly illegal: number }): void {
  assert.ok(found.ok > EACH / 50 && found.illegal > EACH / 50, JSON.stringify(found));
}

for (const [name, shape] of Object.entries(SHAPES)) {
  Deno.test(`check: agrees with the oracle on small histories of ${name}`, () => {
    const random = new SeededRandom(824n).child(name);
    const found = { ok: 0, illegal: 0 };
    for (let i = 0; i < EACH; i++) found[compare(smallHistory(random, shape))]++;
    bothOften(found);
  });

  Deno.test(`check: agrees with the oracle on nearly right histories of ${name}`, () => {
    const random = new SeededRandom(5n).child(name);
    const found = { ok: 0, illegal: 0 };
    for (let i = 0; i < EACH; i++) {
      const history = storeHistory(random, {
        clients: random.between(2, 5),
        operations: random.between(3, shape.operationsMax),
        keys: 1,
        ops: shape.ops,
        values: random.chance(1, 2) ? "unique" : 2,
        unknownOfThousand: 100 * shape.unknownOfTen,
        isStrict: random.chance(1, 2),
      });
      found[compare(nearlyRight(random, history.map(({ operation }) => operation)))]++;
    }
    bothOften(found);
  });
}
