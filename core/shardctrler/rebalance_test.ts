import assert from "node:assert/strict";
import fc from "fast-check";
import { type Gid, NO_GROUP } from "./config.ts";
import { rebalance } from "./rebalance.ts";

/** All ways to give `shards` shards to the owners of a list. */
function* assignments(shards: number, owners: readonly Gid[]): Generator<Gid[]> {
  if (shards === 0) return yield [];
  for (const rest of assignments(shards - 1, owners)) {
    for (const owner of owners) yield [...rest, owner];
  }
}

/** The subsets of a list, the empty one included. */
function subsets(gids: readonly Gid[]): Gid[][] {
  return gids.reduce<Gid[][]>(
    (found, gid) => [...found, ...found.map((set) => [...set, gid])],
    [[]],
  );
}

function movesTo(before: readonly Gid[], after: readonly Gid[]): number {
  return after.filter((gid, shard) => gid !== before[shard]).length;
}

/** How many more shards the fullest group has than the emptiest. */
function spread(shards: readonly Gid[], gids: readonly Gid[]): number {
  const counts = gids.map((gid) => shards.filter((owner) => owner === gid).length);
  return Math.max(...counts) - Math.min(...counts);
}

/** The fewest moves that lead to balance, by looking at every assignment there is. */
function fewestMoves(before: readonly Gid[], gids: readonly Gid[]): number {
  let fewest = Infinity;
  for (const after of assignments(before.length, gids)) {
    if (spread(after, gids) <= 1) fewest = Math.min(fewest, movesTo(before, after));
  }
  return fewest;
}

Deno.test("rebalance() agrees with an oracle on every assignment of up to 5 shards to up to 4 groups", () => {
  const owners = [NO_GROUP, 1, 2, 3, 4];
  let cases = 0;
  for (const shardCount of [0, 1, 2, 3, 4, 5]) {
    for (const before of assignments(shardCount, owners)) {
      for (const gids of subsets([1, 2, 3, 4])) {
        // Relabelled groups are the same case again, and five shards have too many of them.
        if (shardCount === 5 && gids.some((gid, i) => gid !== i + 1)) continue;
        const after = rebalance(before, gids);
        cases++;
        if (gids.length === 0) {
          assert.deepEqual(after, before.map(() => NO_GROUP));
          continue;
        }
        assert.ok(after.every((gid) => gids.includes(gid)), `${before} -> ${after}`);
        assert.ok(spread(after, gids) <= 1, `${before} -> ${after}`);
        assert.equal(movesTo(before, after), fewestMoves(before, gids), `${before} -> ${after}`);
      }
    }
  }
  assert.equal(cases, (1 + 5 + 25 + 125 + 625) * 16 + 3125 * 5);
});

/** Shards that belong to some of many groups, present or gone, and the groups that are present. */
const worlds = fc.record({
  shards: fc.array(fc.nat(20), { maxLength: 64 }),
  gids: fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 30 }),
});

Deno.test("rebalance() is balanced and moves what it must, whatever the world", () => {
  fc.assert(fc.property(worlds, ({ shards, gids }) => {
    const after = rebalance(shards, gids);
    assert.equal(after.length, shards.length);
    assert.ok(after.every((gid) => gids.includes(gid)));
    assert.ok(spread(after, gids) <= 1);
    const counts = gids.map((gid) => shards.filter((owner) => owner === gid).length)
      .sort((a, b) => b - a);
    const small = Math.floor(shards.length / gids.length);
    const large = shards.length % gids.length;
    const kept = counts.reduce(
      (sum, count, i) => sum + Math.min(count, small + (i < large ? 1 : 0)),
      0,
    );
    assert.equal(movesTo(shards, after), shards.length - kept);
  }));
});

Deno.test("rebalance() does not depend on the order of the groups, and leaves a balanced world alone", () => {
  fc.assert(fc.property(worlds, fc.nat(), ({ shards, gids }, turn) => {
    const after = rebalance(shards, gids);
    const turned = gids.map((_, i) => gids[(i + turn) % gids.length]!);
    assert.deepEqual(rebalance(shards, turned), after);
    assert.deepEqual(rebalance(shards, gids.toReversed()), after);
    assert.deepEqual(rebalance(after, gids), after);
  }));
});
