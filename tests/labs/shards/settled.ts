/** Whether a sharded store has come to rest: every shard is where the newest configuration says, and nowhere else. */

import type { ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import type { Config } from "../../../core/shardctrler/mod.ts";
import { TestFailure } from "../lab_test.ts";
import type { ShardConfig } from "./shard_config.ts";

/**
 * Waits until all running servers have taken the newest configuration, have all shards that it gives to their group,
 * and nothing besides.
 *
 * @throws {TestFailure} If that takes longer than `spanMax` milliseconds.
 */
export async function checkSettled(config: ShardConfig, spanMax: number): Promise<void> {
  const newest = await config.query();
  for (let waited = 0;; waited += 50) {
    const left = config.groups.flatMap(({ states }) =>
      states.flatMap((each) => unrest(each, newest))
    );
    if (left.length === 0) return;
    if (waited >= spanMax) {
      throw new TestFailure(`no rest after ${waited} ms: ${left.slice(0, 5).join("; ")}`);
    }
    await config.stage.sleep(50);
  }
}

/** What keeps a server from being at rest. */
function unrest({ group }: ShardkvStateMachine, { num, shards, groups }: Config): string[] {
  const { gid } = group;
  if (group.config.num !== num) return [`group ${gid} is at ${group.config.num} of ${num}`];
  const found: string[] = [];
  for (const { shard, to } of group.leaving) {
    found.push(`group ${gid} keeps a copy of shard ${shard} for ${to}`);
  }
  for (const [shard, { kind }] of group.shards) {
    const wanted = shards[shard] === gid ? "serving" : groups.size === 0 ? "parked" : "absent";
    if (kind !== wanted) found.push(`shard ${shard} of group ${gid} is ${kind}, not ${wanted}`);
  }
  for (const [shard, owner] of shards.entries()) {
    if (owner === gid && !group.shards.has(shard)) found.push(`group ${gid} lacks shard ${shard}`);
  }
  return found;
}
