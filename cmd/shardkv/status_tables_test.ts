import assert from "node:assert/strict";
import type { GroupServerStatus, ShardStatus } from "../../core/server/shardkv/mod.ts";
import type { Config } from "../../core/shardctrler/mod.ts";
import { type GroupAnswer, groupsTable, shardsTable } from "./status_tables.ts";

const config: Config = {
  num: 5,
  shards: [1, 2, 2, 3],
  groups: new Map([[1, ["a:1"]], [2, ["b:1"]], [3, ["c:1"]]]),
};

function answer(gid: number, server: string, role: string, shards: ShardStatus[]): GroupAnswer {
  const status = { gid, role, term: 2, num: 5, shards, disk: { condition: "good" } };
  return { gid, server, status: status as unknown as GroupServerStatus };
}

const answers: readonly GroupAnswer[] = [
  answer(1, "a:1", "leader", [
    { shard: 0, state: "serving", keys: 10, bytes: 1000 },
    { shard: 1, state: "leaving", other: 2, num: 5, keys: 3, bytes: 30 },
  ]),
  answer(2, "b:1", "leader", [
    { shard: 1, state: "arriving", other: 1, keys: 0, bytes: 0 },
    { shard: 2, state: "serving", keys: 1, bytes: 2 },
  ]),
  { gid: 3, server: "c:1", status: undefined },
  { gid: 4, server: "d:1", status: undefined },
];

Deno.test("groupsTable() has a row for each server, also for one that says nothing or has left", () => {
  assert.equal(
    groupsTable(config, answers),
    [
      "configuration 5",
      "       group  server  role       term  configuration  serves  disk",
      "           1  a:1     leader        2              5       1  good",
      "           2  b:1     leader        2              5       1  good",
      "           3  c:1     no answer",
      "4 (has left)  d:1     no answer",
      "",
    ].join("\n"),
  );
});

Deno.test("shardsTable() shows where each shard is, and where else there is something of it", () => {
  assert.equal(
    shardsTable(config, answers),
    [
      "shard  group  state            keys  bytes",
      "    0      1  serving            10   1000",
      "    1      1  leaving for 2       3     30",
      "    1      2  arriving from 1     0      0",
      "    2      2  serving             1      2",
      "    3      3  unknown",
      "",
    ].join("\n"),
  );
});
