/** The tests of lab 4B in which nothing happens at the same time: groups come and go, servers crash, values stay. */

import { TestFailure } from "../lab_test.ts";
import { ExpectedValues } from "../shards/expected_values.ts";
import type { ShardConfig } from "../shards/shard_config.ts";

/** How long StaticShards waits for another answer before it counts them. */
const QUIET_SPAN = 2000;

/** Two groups have five shards each; with one of them dead, half of the keys can be read. */
export async function staticShards(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  await config.join(1);
  await values.putAll(clerk, 20);
  await values.checkAll(clerk);

  config.group(1).shutdown();
  config.checkLogs();
  let answers = 0;
  for (const key of values.values.keys()) {
    const reader = config.makeClerk();
    stage.spawn(async () => {
      await values.check(reader, key);
      answers++;
    });
  }
  for (let before = -1; answers > before;) {
    before = answers;
    await stage.sleep(QUIET_SPAN);
  }
  if (answers !== 5) {
    throw new TestFailure(`expected 5 completions with one shard dead; got ${answers}`);
  }

  config.group(1).start();
  await values.checkAll(clerk);
}

/** A group takes over everything, and the one that it took it from is not needed any more. */
export async function joinLeave(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  await values.putAll(clerk, 5);
  await values.checkAll(clerk);
  await config.join(1);
  await values.checkAndAppend(clerk, 5);
  await config.leave(0);
  await values.checkAndAppend(clerk, 5);
  await stage.sleep(1000);
  config.checkLogs();
  config.group(0).shutdown();
  await values.checkAll(clerk);
}

/** Shards survive in snapshots what they go through. */
export async function snapshots(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(30, stage.random);
  await config.join(0);
  await values.putAll(clerk, 20);
  await values.checkAll(clerk);

  await config.join(1);
  await config.join(2);
  await config.leave(0);
  await values.checkAndAppend(clerk, 20);
  await config.leave(1);
  await config.join(0);
  await values.checkAndAppend(clerk, 20);

  await stage.sleep(1000);
  await values.checkAll(clerk);
  await stage.sleep(1000);
  config.checkLogs();
  for (const group of config.groups) group.shutdown();
  for (const group of config.groups) group.start();
  await values.checkAll(clerk);
}

/** Servers miss configurations, and make up for it one by one. */
export async function missChange(config: ShardConfig): Promise<void> {
  const { stage, groups } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  await values.putAll(clerk, 20);
  await values.checkAll(clerk);
  await config.join(1);

  for (const group of groups) group.shutdown([0]);
  await config.join(2);
  await config.leave(1);
  await config.leave(0);
  await values.checkAndAppend(clerk, 20);
  await config.join(1);
  await values.checkAndAppend(clerk, 20);
  for (const group of groups) group.start([0]);
  await values.checkAndAppend(clerk, 20);
  await stage.sleep(2000);

  for (const group of groups) group.shutdown([1]);
  await config.join(0);
  await config.leave(2);
  await values.checkAndAppend(clerk, 20);
  for (const group of groups) group.start([1]);
  await values.checkAll(clerk);
}
