/** The tests of lab 4B on a network that loses and delays messages. */

import type { LabClerk } from "../services/lab_clerk.ts";
import { AppendingWorkers } from "../shards/appending_workers.ts";
import { ExpectedValues } from "../shards/expected_values.ts";
import type { ShardConfig } from "../shards/shard_config.ts";
import { randomText } from "../harness/random_text.ts";

const KEYS = 10;

/** One clerk, and changes between its operations. */
export async function unreliable1(config: ShardConfig): Promise<void> {
  const clerk = config.makeClerk();
  const values = new ExpectedValues(KEYS, config.stage.random);
  await config.join(0);
  await values.putAll(clerk, 5);
  await config.join(1);
  await config.join(2);
  await config.leave(0);
  for (let round = 0; round < 2; round++) await values.checkAndAppend(clerk, 5);
  await config.join(0);
  await config.leave(1);
  for (let round = 0; round < 2; round++) await values.checkAll(clerk);
}

/** Many clerks append meanwhile. */
export async function unreliable2(config: ShardConfig): Promise<void> {
  const clerk = config.makeClerk();
  const values = new ExpectedValues(KEYS, config.stage.random);
  await config.join(0);
  await values.putAll(clerk, 5);
  const workers = new AppendingWorkers(config, values, { length: 5 });
  await comeAndGo(config);
  workers.tellToStop();
  config.stage.network.setReliable(true);
  await workers.stop();
  await values.checkAll(clerk);
}

/** Many clerks do everything on all keys meanwhile; what they see must be linearizable. */
export async function unreliable3(config: ShardConfig): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  await config.join(0);
  for (let key = 0; key < KEYS; key++) {
    await clerk.put(String(key), randomText(stage.random, 5));
  }
  let over = false;
  const workers = Array.from({ length: 10 }, () => {
    const worker = config.makeClerk();
    return stage.spawn(async () => {
      while (!over) await workOnAnyKey(config, worker);
    });
  });
  await comeAndGo(config);
  over = true;
  stage.network.setReliable(true);
  for (const worker of workers) await worker;
}

async function workOnAnyKey({ stage: { random } }: ShardConfig, clerk: LabClerk): Promise<void> {
  const key = String(random.below(KEYS));
  const text = randomText(random, 5);
  if (random.chance(1, 2)) await clerk.append(key, text);
  else if (random.chance(1, 10)) await clerk.put(key, text);
  else await clerk.get(key);
}

async function comeAndGo(config: ShardConfig): Promise<void> {
  const { stage } = config;
  await stage.sleep(150);
  await config.join(1);
  await stage.sleep(500);
  await config.join(2);
  await stage.sleep(500);
  await config.leave(0);
  await stage.sleep(500);
  await config.leave(1);
  await stage.sleep(500);
  await config.join(1);
  await config.join(0);
  await stage.sleep(2000);
}
