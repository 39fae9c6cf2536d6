import assert from "node:assert/strict";
import { firstByteShard, hashedShard } from "./key_to_shard.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("firstByteShard() puts the labs' keys where the labs expect them", () => {
  const shards = Array.from("0123456789", (key) => firstByteShard(bytes(key), 10));
  assert.deepEqual(shards, [8, 9, 0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(firstByteShard(bytes(""), 10), 0);
  assert.equal(firstByteShard(bytes("29"), 10), 0);
});

Deno.test("hashedShard() agrees with the slots of Redis Cluster", () => {
  // `CLUSTER KEYSLOT` of Redis, and the check value of CRC-16/XMODEM.
  assert.equal(hashedShard(bytes("123456789"), 65536), 0x31c3);
  assert.equal(hashedShard(bytes("foo"), 16384), 12182);
  assert.equal(hashedShard(bytes("bar"), 16384), 5061);
});

Deno.test("hashedShard() hashes what stands between the first braces, if anything does", () => {
  const shard = (key: string) => hashedShard(bytes(key), 16384);
  assert.equal(shard("{user1}.name"), shard("{user1}.mail"));
  assert.equal(shard("{user1}.name"), shard("user1"));
  assert.equal(shard("foo{{bar}}zap"), shard("{bar"));
  assert.notEqual(shard("foo{}{bar}"), shard("bar"));
  assert.notEqual(shard("foo{bar"), shard("bar"));
});
