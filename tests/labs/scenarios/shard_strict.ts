/** Scenarios of lab 4B that the course does not have. */

import { firstByteShard, ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import { LAB_SHARDS } from "../../../core/shardctrler/mod.ts";
import { TestFailure } from "../lab_test.ts";
import { AppendingWorkers } from "../shards/appending_workers.ts";
import { ExpectedValues } from "../shards/expected_values.ts";
import { checkSettled } from "../shards/settled.ts";
import { gidOf, type ShardConfig } from "../shards/shard_config.ts";

/** How long a store may need to come to rest when nothing happens any more, in milliseconds. */
const REST_MAX = 3000;

/** A shard that stays where it is answers in this time while others move, in milliseconds. */
const UNDISTURBED_MAX = 50;

/** Plays a scenario, and checks that it leaves nothing behind: neither in memory nor on any disk. */
export function andNothingLeft(
  scenario: (config: ShardConfig) => Promise<void>,
): (config: ShardConfig) => Promise<void> {
  return async (config) => {
    await scenario(config);
    for (const group of config.groups) group.start();
    await checkSettled(config, REST_MAX);
    if (config.maxRaftState === 1) checkSnapshots(config);
  };
}

/** The groups that have lost their shards crash before they can hear that these have arrived. */
export async function deletionAfterCrash(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(30, stage.random);
  await config.join(0);
  await values.putAll(clerk, 100);
  for (let round = 0; round < 5; round++) {
    const [from, to] = [round % 2, (round + 1) % 2];
    await config.join(to);
    await config.leave(from);
    // Somewhere between the first look at the new configuration and the last deletion.
    await stage.sleep(stage.random.below(200));
    config.group(from).shutdown();
    await stage.sleep(stage.random.below(500));
    if (stage.random.chance(1, 2)) config.group(to).shutdown();
    config.group(from).start();
    config.group(to).start();
    await checkSettled(config, REST_MAX);
    await values.checkAll(clerk);
  }
}

/** Shards that keep their owner answer at once, whatever happens to the others. */
export async function undisturbed(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0, 1);
  await values.putAll(clerk, 5);
  await checkSettled(config, REST_MAX);
  const before = await config.query();
  let over = false;
  let longest = 0;
  // Group 1 keeps what it has when group 2 comes from group 0 alone, shard by shard.
  const staying = [...values.values.keys()].filter((key) =>
    before.shards[shardOf(key)] === gidOf(1)
  );
  const workers = staying.map((key) => {
    const worker = config.makeClerk();
    return stage.spawn(async () => {
      await worker.get(String(key));
      while (!over) {
        const begun = stage.world.clock.now();
        await worker.append(String(key), "x");
        longest = Math.max(longest, stage.world.clock.now() - begun);
      }
    });
  });
  await stage.sleep(500);
  for (const [shard, gid] of before.shards.entries()) {
    if (gid === gidOf(0)) await config.move(shard, 1);
    await stage.sleep(100);
  }
  for (const [shard, gid] of before.shards.entries()) {
    if (gid === gidOf(0)) await config.move(shard, 0);
  }
  await stage.sleep(1000);
  over = true;
  for (const worker of workers) await worker;
  if (longest > UNDISTURBED_MAX) {
    throw new TestFailure(`a shard that did not move was out of reach for ${longest} ms`);
  }
}

/** The last group leaves, others come: what was stored is still there. */
export async function nobodyLeft(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0, 1);
  await values.putAll(clerk, 5);
  const workers = new AppendingWorkers(config, values, { length: 1, pause: 20 });
  await stage.sleep(200);
  await config.leave(0, 1);
  await stage.sleep(500);
  config.group(1).shutdown();
  await config.join(2);
  await stage.sleep(500);
  config.group(1).start();
  await stage.sleep(500);
  await config.leave(2);
  await config.join(1);
  await stage.sleep(500);
  await workers.stop();
  await values.checkAll(clerk);
}

/** Every snapshot on a disk, of a server that takes one after every entry, holds its group's shards and no others. */
function checkSnapshots(config: ShardConfig): void {
  for (const { gid, snapshots } of config.groups) {
    for (const snapshot of snapshots) {
      const stateMachine = new ShardkvStateMachine({ gid });
      stateMachine.restore(snapshot);
      const { group } = stateMachine;
      const owned = group.config.shards.flatMap((owner, shard) => owner === gid ? [shard] : []);
      const held = [...group.shards.keys()];
      const copies = [...group.leaving].map(({ shard }) => shard);
      const foreign = held.filter((shard) => !owned.includes(shard));
      if (foreign.length + copies.length > 0) {
        throw new TestFailure(`a snapshot of group ${gid} holds shards ${[...foreign, ...copies]}`);
      }
    }
  }
}

function shardOf(key: number): number {
  return firstByteShard(new TextEncoder().encode(String(key)), LAB_SHARDS);
}
