import assert from "node:assert/strict";
import { type Change, nextConfig } from "./change.ts";
import { type Config, firstConfig, type Gid } from "./config.ts";
import { movesBetween } from "./plan.ts";

function join(...gids: Gid[]): Change {
  return { kind: "join", groups: new Map(gids.map((gid) => [gid, [`server-${gid}`]])) };
}

function after(config: Config, ...changes: Change[]): Config {
  return changes.reduce((present, change) => {
    const next = nextConfig(present, change);
    assert.ok(!("refused" in next));
    return next;
  }, config);
}

Deno.test("nextConfig() joins and leaves any number of groups in one step", () => {
  const joined = after(firstConfig(10), join(3, 1, 2));
  assert.deepEqual([joined.num, [...joined.groups.keys()]], [1, [1, 2, 3]]);
  const left = after(joined, { kind: "leave", gids: [1, 3, 77] });
  assert.deepEqual([left.num, left.shards], [2, new Array(10).fill(2)]);
  const empty = after(left, { kind: "leave", gids: [2] });
  assert.deepEqual([empty.num, empty.shards, empty.groups.size], [3, new Array(10).fill(0), 0]);
  assert.deepEqual(after(empty, join(2)).shards, new Array(10).fill(2));
});

Deno.test("nextConfig() moves one shard and nothing else, until the next join or leave", () => {
  const config = after(firstConfig(10), join(1, 2));
  const shard = config.shards.indexOf(1);
  const moved = after(config, { kind: "move", shard, gid: 2 });
  assert.deepEqual(movesBetween(config, moved), [{ shard, from: 1, to: 2 }]);
  const joined = after(moved, join(3));
  const givers = movesBetween(moved, joined).map(({ from }) => from);
  assert.deepEqual(givers.toSorted(), [1, 2, 2]);
  assert.deepEqual(movesBetween(moved, after(moved, { kind: "move", shard, gid: 2 })), []);
});

Deno.test("nextConfig() refuses what no part of can be done, and passes over the other parts", () => {
  const config = after(firstConfig(10), join(1));
  const refusals: [Change, RegExp][] = [
    [join(1), /^no new group among 1$/],
    [join(0), /^no new group among 0$/],
    [{ kind: "leave", gids: [2, 3] }, /^no group of the configuration among 2, 3$/],
    [{ kind: "leave", gids: [] }, /among none$/],
    [{ kind: "move", shard: 10, gid: 1 }, /^no shard 10: there are 10, from 0$/],
    [{ kind: "move", shard: 0, gid: 2 }, /^no group 2 in the configuration$/],
  ];
  for (const [change, reason] of refusals) {
    const next = nextConfig(config, change);
    assert.ok("refused" in next, change.kind);
    assert.match(next.refused, reason);
  }
  const others: Change = { kind: "join", groups: new Map([[1, ["elsewhere"]], [2, ["b"]]]) };
  assert.deepEqual([...after(config, others).groups], [[1, ["server-1"]], [2, ["b"]]]);
});

Deno.test("nextConfig() shares no list with its arguments that could be changed later", () => {
  const servers = ["a"];
  const config = after(firstConfig(10), { kind: "join", groups: new Map([[1, servers]]) });
  servers.push("b");
  assert.deepEqual(config.groups.get(1), ["a"]);
});

Deno.test("nextConfig() copes with more groups than shards", () => {
  const many = after(firstConfig(10), join(...Array.from({ length: 30 }, (_, i) => i + 1)));
  assert.deepEqual(many.shards.toSorted((a, b) => a - b), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const fewer = after(many, { kind: "leave", gids: [1, 2, 3, 30] });
  assert.equal(movesBetween(many, fewer).length, 3);
});
