import assert from "node:assert/strict";
import { ShardData } from "../../../core/shardkv/mod.ts";
import { contentsOf, differenceOf } from "./shard_contents.ts";

const NONE = new Uint8Array();

function contents(values: Record<string, string>, clients: Record<number, number> = {}) {
  const data = new ShardData();
  for (const [key, value] of Object.entries(values)) data.add({ kind: "entry", key, value });
  for (const [client, sequence] of Object.entries(clients)) {
    data.sessions.record(Number(client), { session: 0, sequence, result: NONE });
  }
  return contentsOf(data);
}

Deno.test("differenceOf() says what two moments of a shard do not have in common", () => {
  const before = contents({ a: "1", b: "2" }, { 7: 1, 8: 2 });
  assert.equal(differenceOf(before, contents({ b: "2", a: "1" }, { 8: 2, 7: 1 })), undefined);
  assert.equal(
    differenceOf(before, contents({ a: "1" }, { 7: 1, 8: 2 })),
    "it had 2 keys, and has 1",
  );
  assert.equal(
    differenceOf(before, contents({ a: "1", b: "2" }, { 7: 1 })),
    "of client 8 it remembered command 2, and remembers nothing",
  );
  assert.equal(
    differenceOf(before, contents({ a: "1", b: "2" }, { 7: 1, 8: 2, 9: 1 })),
    "of client 9 it remembered nothing, and remembers command 1",
  );
  assert.match(
    differenceOf(before, contents({ a: "1", b: "3" }, { 7: 1, 8: 2 }))!,
    /^other values/,
  );
});
