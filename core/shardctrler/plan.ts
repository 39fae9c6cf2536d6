/** What a change would move, before anything moves. */

import type { Config, Gid } from "./config.ts";

/** A shard that changes hands. */
export interface ShardMove {
  readonly shard: number;
  /** `NO_GROUP` if nobody had it. */
  readonly from: Gid;
  /** `NO_GROUP` if nobody is left to have it. */
  readonly to: Gid;
}

/** The shards whose owner differs between two configurations, in ascending order. */
export function movesBetween(before: Config, after: Config): ShardMove[] {
  return after.shards.flatMap((to, shard) => {
    const from = before.shards[shard]!;
    return from === to ? [] : [{ shard, from, to }];
  });
}
