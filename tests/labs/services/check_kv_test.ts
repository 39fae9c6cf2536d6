import assert from "node:assert/strict";
import type { KvOperation } from "../../../core/check/kv_model.ts";
import { TestFailure, UnknownVerdict } from "../lab_test.ts";
import { checkKv } from "./check_kv.ts";
import { KvHistory } from "./kv_history.ts";

const STALE: readonly KvOperation[] = [
  { client: 0, input: { op: "put", key: "k", value: "a" }, output: {}, call: 1, return: 2 },
  { client: 0, input: { op: "append", key: "k", value: "b" }, output: {}, call: 3, return: 4 },
  { client: 1, input: { op: "get", key: "k" }, output: { value: "a" }, call: 5, return: 6 },
];

Deno.test("checkKv() names the operation that does not fit", () => {
  checkKv(STALE.slice(0, 2));
  assert.throws(() => checkKv(STALE), (error) => {
    assert.ok(error instanceof TestFailure);
    const [what, line] = error.message.split("\n");
    assert.equal(what, "history is not linearizable");
    assert.match(
      line!,
      /^key k: 2 of 3 operations can be ordered; then client 1: get\("k"\) -> "a": /,
    );
    return true;
  });
});

Deno.test("checkKv() that spends its budget does not know", () => {
  assert.throws(() => checkKv(STALE, { stepsMax: 0 }), UnknownVerdict);
});

Deno.test("KvHistory: what never returned may have happened, or not", async () => {
  const history = new KvHistory();
  history.record(0, { op: "append", key: "k", value: "x" }, () => new Promise<never>(() => {}));
  await assert.rejects(
    history.record(1, { op: "append", key: "k", value: "y" }, () => Promise.reject(new Error())),
  );
  await history.record(2, { op: "get", key: "k" }, () => Promise.resolve({ value: "" }));
  await history.record(2, { op: "get", key: "k" }, () => Promise.resolve({ value: "y" }));
  history.check();
  await history.record(2, { op: "get", key: "k" }, () => Promise.resolve({ value: "yx" }));
  await history.record(2, { op: "get", key: "k" }, () => Promise.resolve({ value: "y" }));
  assert.throws(() => history.check(), TestFailure);
});

Deno.test("KvHistory: what is under way", () => {
  const history = new KvHistory();
  history.record(3, { op: "put", key: "k", value: "x" }, () => new Promise<never>(() => {}));
  assert.deepEqual(history.underWay(), ['client 3: put("k", "x") -> ?']);
});
