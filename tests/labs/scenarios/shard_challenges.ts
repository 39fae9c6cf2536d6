/** The challenge tests of lab 4B: what was handed over is deleted, and what need not wait does not. */

import { firstByteShard } from "../../../core/shardkv/mod.ts";
import { LAB_SHARDS } from "../../../core/shardctrler/mod.ts";
import { TestFailure } from "../lab_test.ts";
import { ExpectedValues } from "../shards/expected_values.ts";
import { gidOf, type ShardConfig } from "../shards/shard_config.ts";

/** Each of the three servers of a group may store every value once and three of them twice, and something beside. */
const STORED_BYTES_MAX = 3 * (27 * 1000 + 2 * 3 * 1000 + 6000);

/** Shards go round and round; all servers together must not store much more than the values. */
export async function deletion(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(30, stage.random);
  const checkThree = async () => {
    for (const key of [0, 1, 2]) await values.check(clerk, key);
  };
  await config.join(0);
  await values.putAll(clerk, 1000);
  await checkThree();
  for (let round = 0; round < 2; round++) {
    await config.join(1);
    await config.leave(0);
    await config.join(2);
    await stage.sleep(3000);
    await checkThree();
    await config.leave(1);
    await config.join(0);
    await config.leave(2);
    await stage.sleep(3000);
    await checkThree();
  }
  await config.join(1);
  await config.join(2);
  for (let round = 0; round < 3; round++) {
    await stage.sleep(1000);
    await checkThree();
  }
  const total = config.groups.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  if (total > STORED_BYTES_MAX) {
    throw new TestFailure(
      `snapshot + persisted Raft state are too big: ${total} > ${STORED_BYTES_MAX}`,
    );
  }
  await values.checkAll(clerk);
}

/** A group that waits for shards of a dead one serves those that it has. */
export async function unaffected(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  for (const key of values.values.keys()) await values.put(clerk, key, "100");
  await config.join(1);
  const owned = await ownedBy(config, 1);
  await stage.sleep(1000);
  // The course's test looks at the key's number where it means the key's shard.
  for (const key of values.values.keys()) if (owned[key]) await values.put(clerk, key, "101");

  config.group(0).shutdown();
  await config.leave(0);
  await stage.sleep(1000);
  for (const key of values.values.keys()) {
    if (!owned[shardOf(key)]) continue;
    await values.check(clerk, key);
    await values.put(clerk, key, `${values.values[key]}-1`);
    await values.check(clerk, key);
  }
}

/** A group that gains shards of two groups, of which one is dead, serves those of the other. */
export async function partial(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0, 1, 2);
  await stage.sleep(1000);
  for (const key of values.values.keys()) await values.put(clerk, key, "100");
  const owned = await ownedBy(config, 2);

  config.group(0).shutdown();
  await config.leave(0, 2);
  await stage.sleep(1000);
  for (const key of values.values.keys()) {
    if (!owned[shardOf(key)]) continue;
    await values.check(clerk, key);
    await values.put(clerk, key, "100-2");
    await values.check(clerk, key);
  }
}

async function ownedBy(config: ShardConfig, group: number): Promise<readonly boolean[]> {
  const { shards } = await config.query();
  return shards.map((gid) => gid === gidOf(group));
}

function shardOf(key: number): number {
  return firstByteShard(new TextEncoder().encode(String(key)), LAB_SHARDS);
}
