/** The tests of lab 4B in which clerks append while groups come, go and crash. */

import { AppendingWorkers } from "../shards/appending_workers.ts";
import { ExpectedValues } from "../shards/expected_values.ts";
import type { ShardConfig } from "../shards/shard_config.ts";

/** How long Concurrent3 goes on, in milliseconds. */
const RESTARTS_SPAN = 12_000;

/** Everything is down while the configuration changes. */
export async function concurrent1(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  await values.putAll(clerk, 5);
  const workers = new AppendingWorkers(config, values, { length: 5, pause: 10 });
  await stage.sleep(150);
  await config.join(1);
  await stage.sleep(500);
  await config.join(2);
  await stage.sleep(500);
  await config.leave(0);

  for (const group of [0, 1, 2]) {
    config.group(group).shutdown();
    if (group < 2) await stage.sleep(100);
  }
  await stage.sleep(100);
  await config.leave(2);
  await stage.sleep(100);
  for (const group of config.groups) group.start();

  await stage.sleep(100);
  await config.join(0);
  await config.leave(1);
  await stage.sleep(500);
  await config.join(1);
  await stage.sleep(1000);
  await workers.stop();
  await values.checkAll(clerk);
}

/** A group that starts again has to get on with a transfer whose other side has gone further. */
export async function concurrent2(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  for (const group of [1, 0, 2]) await config.join(group);
  await values.putAll(clerk, 1);
  const workers = new AppendingWorkers(config, values, { length: 1, pause: 50 });
  await config.leave(0);
  await config.leave(2);
  await stage.sleep(3000);
  await config.join(0);
  await config.join(2);
  await config.leave(1);
  await stage.sleep(3000);
  await config.join(1);
  await config.leave(0);
  await config.leave(2);
  await stage.sleep(3000);

  for (const group of [1, 2]) config.group(group).shutdown();
  await stage.sleep(1000);
  for (const group of [1, 2]) config.group(group).start();
  await stage.sleep(2000);
  await workers.stop();
  await values.checkAll(clerk);
}

/** All servers crash in the middle of transfers, again and again. */
export async function concurrent3(config: ShardConfig): Promise<void> {
  const { stage, groups } = config;
  const clerk = config.makeClerk();
  const values = new ExpectedValues(10, stage.random);
  await config.join(0);
  await values.putAll(clerk, 1);
  const workers = new AppendingWorkers(config, values, { length: 1 });
  const pause = () => stage.sleep(stage.random.below(900));
  const begun = stage.world.clock.now();
  while (stage.world.clock.now() - begun < RESTARTS_SPAN) {
    await config.join(2);
    await config.join(1);
    await pause();
    for (const group of groups) group.shutdown();
    for (const group of groups) group.start();
    await pause();
    await config.leave(1);
    await config.leave(2);
    await pause();
  }
  await stage.sleep(2000);
  await workers.stop();
  await values.checkAll(clerk);
}
