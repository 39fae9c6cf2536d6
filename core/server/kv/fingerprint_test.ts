import assert from "node:assert/strict";
import { KvStateMachine } from "../../kv/mod.ts";
import { contentsOf } from "./fingerprint.ts";

function storeOf(pairs: readonly (readonly [string, string | Uint8Array])[]): KvStateMachine {
  const store = new KvStateMachine();
  for (const [key, value] of pairs) store.add(key, value);
  return store;
}

Deno.test("contentsOf() is the same for the same keys and values, in whatever order they came", () => {
  const pairs = Array.from({ length: 500 }, (_, i) => [`k${i}`, `v${i % 7}`] as const);
  assert.equal(contentsOf(storeOf(pairs)), contentsOf(storeOf(pairs.toReversed())));
});

Deno.test("contentsOf() tells every difference", () => {
  const all = [
    storeOf([]),
    storeOf([["a", ""]]),
    storeOf([["a", "b"]]),
    storeOf([["ab", ""]]),
    storeOf([["a", "b"], ["c", "d"]]),
    storeOf([["a", "d"], ["c", "b"]]),
    storeOf([["a", new Uint8Array(20_000)]]),
  ].map(contentsOf);
  assert.equal(new Set(all).size, all.length);
});
