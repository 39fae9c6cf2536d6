import assert from "node:assert/strict";
import type { Config } from "../../core/shardctrler/mod.ts";
import { configText, movesText, ranges } from "./config_text.ts";

Deno.test("ranges() joins what follows one another", () => {
  assert.equal(ranges([]), "-");
  assert.equal(ranges([0, 1, 2, 5, 7, 8]), "0-2,5,7-8");
});

Deno.test("configText() shows groups with their shards, and shards that nobody has", () => {
  const config: Config = {
    num: 3,
    shards: [1, 1, 0, 20],
    groups: new Map([[1, ["a:1", "b:1"]], [20, ["c:1"]]]),
  };
  assert.equal(
    configText(config),
    [
      "configuration 3: 4 shards, 2 groups",
      "group  count  shards  servers",
      "    1      2  0-1     a:1,b:1",
      "   20      1  3       c:1",
      "    -      1  2",
      "",
    ].join("\n"),
  );
});

Deno.test("movesText() has a line for each pair of groups", () => {
  assert.equal(movesText([], 10), "no shard moves\n");
  const moves = [
    { shard: 0, from: 0, to: 1 },
    { shard: 1, from: 2, to: 1 },
    { shard: 2, from: 2, to: 1 },
    { shard: 9, from: 1, to: 0 },
  ];
  assert.equal(
    movesText(moves, 10),
    "4 of 10 shards move:\n  nobody -> group 1: 0\n  group 2 -> group 1: 1-2\n  group 1 -> nobody: 9\n",
  );
});
