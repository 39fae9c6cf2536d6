/** What the course's tests demand of configurations. */

import { isDeepStrictEqual } from "node:util";
import { type Config, encodeConfig, type Gid } from "../../../core/shardctrler/mod.ts";
import { equalBytes } from "../../../core/base/bytes.ts";
import { TestFailure } from "../lab_test.ts";

/**
 * Checks that a configuration has exactly these groups, that each shard belongs to one of them, and that none has two
 * shards more than another.
 *
 * @throws {TestFailure} If not.
 */
export function checkBalanced({ shards, groups }: Config, gids: readonly Gid[]): void {
  if (groups.size !== gids.length) {
    throw new TestFailure(`wanted ${gids.length} groups, got ${groups.size}`);
  }
  for (const gid of gids) if (!groups.has(gid)) throw new TestFailure(`missing group ${gid}`);
  if (gids.length === 0) return;
  const counts = new Map<Gid, number>(gids.map((gid) => [gid, 0]));
  for (const [shard, gid] of shards.entries()) {
    const count = counts.get(gid);
    if (count === undefined) throw new TestFailure(`shard ${shard} -> invalid group ${gid}`);
    counts.set(gid, count + 1);
  }
  const [min, max] = [Math.min(...counts.values()), Math.max(...counts.values())];
  if (max > min + 1) throw new TestFailure(`max ${max} too much larger than min ${min}`);
}

/**
 * Checks that two configurations are the same, servers and their order included.
 *
 * @throws {TestFailure} If not.
 */
export function checkSameConfig(one: Config, other: Config): void {
  if (equalBytes(encodeConfig(one), encodeConfig(other))) return;
  throw new TestFailure(`configurations differ: ${describe(one)} and ${describe(other)}`);
}

/**
 * Checks that the servers of a group are these.
 *
 * @throws {TestFailure} If not.
 */
export function checkServers({ groups }: Config, gid: Gid, servers: readonly string[]): void {
  if (isDeepStrictEqual(groups.get(gid), servers)) return;
  throw new TestFailure(`wrong servers for gid ${gid}: ${groups.get(gid)}, wanted ${servers}`);
}

/**
 * Checks that no shard that one of `gids` has in `kept` belongs to another in `before`.
 *
 * @throws {TestFailure} If one does.
 */
export function checkKept(kept: Config, before: Config, gids: Iterable<Gid>): void {
  const relevant = new Set(gids);
  for (const [shard, gid] of kept.shards.entries()) {
    if (relevant.has(gid) && before.shards[shard] !== gid) {
      throw new TestFailure(
        `non-minimal transfer of shard ${shard}: ${before.shards[shard]} and ${gid}`,
      );
    }
  }
}

function describe({ num, shards, groups }: Config): string {
  return `${num} [${shards}] {${[...groups].map(([gid, servers]) => `${gid}: ${servers}`)}}`;
}
