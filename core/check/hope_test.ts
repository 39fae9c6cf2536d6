import assert from "node:assert/strict";
import { hope } from "./hope.ts";
import { type KvInput, kvModel, type KvOperation, type KvOutput } from "./kv_model.ts";
import { timelineOf } from "./timeline.ts";

const key = "k";

function kv(input: KvInput, output: KvOutput | undefined, call: number, end: number): KvOperation {
  return { client: call, input, output, call, return: end };
}

function hoped(operations: readonly KvOperation[], stepsMax = 1000) {
  return hope(kvModel, operations, timelineOf(operations), stepsMax);
}

const ROW = [
  kv({ op: "append", key, value: "a" }, {}, 1, 20),
  kv({ op: "append", key, value: "b" }, {}, 2, 19),
  kv({ op: "append", key, value: "c" }, undefined, 3, Infinity),
  kv({ op: "put", key, value: "x" }, undefined, 4, Infinity),
  kv({ op: "get", key }, { value: "bca" }, 21, 22),
];

Deno.test("hope() finds the order that the reads ask for, with what is unknown where it is needed", () => {
  const { order, stuckAt } = hoped(ROW);
  assert.deepEqual([order, stuckAt], [[1, 2, 0, 4], -1]);
});

Deno.test("hope() tells how far it came, and an order of all that returned until then", () => {
  const { order, stuckAt } = hoped([...ROW, kv({ op: "get", key }, { value: "q" }, 23, 24)]);
  assert.equal(stuckAt, 5);
  assert.deepEqual(order.filter((i) => ROW[i]!.output !== undefined).toSorted(), [0, 1, 4]);
});

Deno.test("hope() never says that everything is in order when its steps are spent", () => {
  for (let stepsMax = 0; stepsMax < 4; stepsMax++) {
    const { stuckAt } = hoped(ROW, stepsMax);
    assert.notEqual(stuckAt, -1, `${stepsMax} steps`);
  }
});
