import assert from "node:assert/strict";
import { own, piecesOf } from "../../../core/shardkv/_test_groups.ts";
import { TestStore } from "./_test_store.ts";
import { duesOf } from "./dues.ts";

const [A, B] = [1, 2];

/** What is owed, in few words. */
function owed({ a, b }: TestStore, newestNum: number): string[] {
  return duesOf([a.group, b.group], newestNum).map((due) =>
    due.kind === "step"
      ? `${due.gid} steps`
      : `${due.gid} to ${due.to}: ${due.awaited.length} awaited, ${due.arrived.length} arrived`
  );
}

Deno.test("duesOf(): a group owes steps, then shards, then deletions, each when it can do its part", () => {
  const store = new TestStore([[A, A], [B, B], [B, A]]);
  const { a, b } = store;
  assert.deepEqual(owed(store, 0), []);
  assert.deepEqual(owed(store, 1), ["1 steps", "2 steps"]);
  store.step(1, a, b);
  assert.deepEqual(owed(store, 1), []);
  store.step(2, a);
  assert.deepEqual(owed(store, 2), ["2 steps"], "the receiver is behind");
  store.step(2, b);
  assert.deepEqual(owed(store, 2), ["1 to 2: 2 awaited, 0 arrived"]);
  assert.deepEqual(owed(store, 3), ["1 steps", "1 to 2: 2 awaited, 0 arrived"]);
  const [first, second] = [...a.group.leaving];
  for (const piece of piecesOf(first!)) own(b, { kind: "take", piece });
  assert.deepEqual(owed(store, 2), ["1 to 2: 1 awaited, 1 arrived"]);
  own(a, { kind: "remove", num: 2, shard: 0 });
  for (const piece of piecesOf(second!)) own(b, { kind: "take", piece });
  store.step(3, b);
  assert.deepEqual(owed(store, 3), ["1 steps", "1 to 2: 0 awaited, 1 arrived"]);
  own(a, { kind: "remove", num: 2, shard: 1 });
  store.step(3, a);
  assert.deepEqual(owed(store, 3), ["2 to 1: 1 awaited, 0 arrived"]);
});
