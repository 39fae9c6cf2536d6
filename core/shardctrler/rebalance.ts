/**
 * Who gets which shard after groups came or went: balanced, with as few shards moved as possible, and the same answer
 * on every replica.
 */

import { type Gid, NO_GROUP } from "./config.ts";

/**
 * Returns the owners of the shards among the groups `gids`, given who had them before. No group has two shards more
 * than another. Moved are the shards whose owner is gone, and what a group has above its share; the larger shares go
 * to the groups that have most already, so no other answer that is balanced moves fewer.
 *
 * The order of `gids` does not matter. Without groups every shard goes to {@linkcode NO_GROUP}.
 *
 * @example
 * ```ts
 * import { rebalance } from "./rebalance.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(rebalance([1, 1, 1, 1], [1, 2]), [2, 2, 1, 1]);
 * assert.deepEqual(rebalance([2, 2, 1, 1], [1]), [1, 1, 1, 1]);
 * ```
 */
export function rebalance(shards: readonly Gid[], gids: readonly Gid[]): Gid[] {
  if (gids.length === 0) return shards.map(() => NO_GROUP);
  const room = shares(shards, gids);
  const owners = shards.map(() => NO_GROUP);
  // From the last shard to the first, so that it is the low-numbered ones that a full group gives away.
  for (let shard = shards.length - 1; shard >= 0; shard--) {
    const gid = shards[shard]!;
    if (take(room, gid)) owners[shard] = gid;
  }
  const open = [...room].flatMap(([gid, count]) => new Array<Gid>(count).fill(gid));
  return owners.map((gid) => gid === NO_GROUP ? open.shift() ?? NO_GROUP : gid);
}

/** How many shards each group is to have, in ascending order of groups. */
function shares(shards: readonly Gid[], gids: readonly Gid[]): Map<Gid, number> {
  const held = new Map<Gid, number>();
  for (const gid of [...gids].sort((a, b) => a - b)) held.set(gid, 0);
  for (const gid of shards) {
    const count = held.get(gid);
    if (count !== undefined) held.set(gid, count + 1);
  }
  const small = Math.floor(shards.length / held.size);
  const fullest = [...held].sort(([, a], [, b]) => b - a).slice(0, shards.length % held.size);
  const room = new Map([...held.keys()].map((gid) => [gid, small]));
  for (const [gid] of fullest) room.set(gid, small + 1);
  return room;
}

/** Takes one place of a group, if it has one left. */
function take(room: Map<Gid, number>, gid: Gid): boolean {
  const left = room.get(gid) ?? 0;
  if (left > 0) room.set(gid, left - 1);
  return left > 0;
}
