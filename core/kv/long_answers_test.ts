import assert from "node:assert/strict";
import { logIndex } from "../base/durable.ts";
import { type KvOperation, type KvResult } from "./operations.ts";
import { encodeOperations } from "./operations_codec.ts";
import { decodeResults } from "./results_codec.ts";
import { KvStateMachine } from "./state_machine.ts";

const encoder = new TextEncoder();

function run(machine: KvStateMachine, ...operations: KvOperation[]): KvResult[] {
  return decodeResults(machine.apply(encodeOperations(operations), logIndex(1)));
}

const key = encoder.encode("k");
const other = encoder.encode("other");
const get: KvOperation = { kind: "get", key };
const notCarriedOut: KvResult = { kind: "error", error: "notCarriedOut" };

function withLongValue(): KvStateMachine {
  const machine = new KvStateMachine({ resultBytesMax: 100 });
  run(machine, { kind: "put", key, value: new Uint8Array(200) });
  return machine;
}

Deno.test("KvStateMachine ends a list when its answers are long, and changes nothing behind that", () => {
  const machine = withLongValue();
  const put: KvOperation = { kind: "put", key: other, value: key };
  const results = run(machine, get, put, get, { kind: "delete", key }, put);
  assert.deepEqual(results.map(({ kind }) => kind), [
    "value",
    "changed",
    "error",
    "error",
    "error",
  ]);
  assert.deepEqual(results.slice(2), [notCarriedOut, notCarriedOut, notCarriedOut]);
  assert.equal(run(machine, get)[0]!.kind, "value");
});

Deno.test("KvStateMachine carries out what is answered briefly, however long the answers before", () => {
  const machine = withLongValue();
  const results = run(machine, get, { kind: "delete", key }, { kind: "length", key }, {
    kind: "size",
  });
  assert.ok(results.every(({ kind }) => kind !== "error"));
});

Deno.test("KvStateMachine names no more keys at a time than fit into an answer", () => {
  const machine = new KvStateMachine({ resultBytesMax: 100 });
  for (let i = 0; i < 50; i++) {
    run(machine, { kind: "put", key: encoder.encode(`${i}`.padStart(10)), value: key });
  }
  const seen = new Set<string>();
  let cursor = 0;
  do {
    const [listing] = run(machine, { kind: "listing", cursor, count: 1_000_000 });
    assert.ok(listing?.kind === "listing" && listing.keys.length <= 11);
    for (const each of listing.keys) seen.add(new TextDecoder().decode(each));
    cursor = listing.cursor;
  } while (cursor !== 0);
  assert.equal(seen.size, 50);
});
