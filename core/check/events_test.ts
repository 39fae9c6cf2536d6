import assert from "node:assert/strict";
import { checkHistory } from "./check.ts";
import { type HistoryEvent, operationsOf } from "./events.ts";
import { type KvInput, kvModel, type KvOutput } from "./kv_model.ts";

type Event = HistoryEvent<KvInput, KvOutput>;

const PUT: Event = { kind: "call", id: "p", client: 1, input: { op: "put", key: "k", value: "v" } };
const GET: Event = { kind: "call", id: "g", client: 2, input: { op: "get", key: "k" } };

Deno.test("operationsOf() joins calls and returns, by their places in the list", () => {
  const operations = operationsOf<KvInput, KvOutput>([
    PUT,
    GET,
    { kind: "return", id: "g", output: { value: "v" } },
    { kind: "return", id: "p", output: undefined },
  ]);
  assert.deepEqual(operations.map(({ call, return: end }) => [call, end]), [[0, Infinity], [1, 2]]);
  assert.equal(checkHistory(kvModel, operations).verdict, "ok");
});

Deno.test("operationsOf() takes a call without a return as unknown", () => {
  const [put] = operationsOf<KvInput, KvOutput>([PUT]);
  assert.equal(put!.output, undefined);
  assert.equal(put!.return, Infinity);
});

Deno.test("operationsOf() refuses events that do not belong together", () => {
  const back: Event = { kind: "return", id: "p", output: {} };
  const wrong: [Event[], RegExp][] = [
    [[PUT, PUT], /Event 1 calls p again/],
    [[back], /Event 0 returns p, which was not called/],
    [[PUT, back, back], /Event 2 returns p again/],
  ];
  for (const [events, message] of wrong) {
    assert.throws(() => operationsOf(events), { name: "HistoryError", message });
  }
});
