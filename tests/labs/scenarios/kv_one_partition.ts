/** A partition with clerks on both sides: the majority goes on, the minority must wait until it is healed. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";

/** How long what was asked of the minority may take once the partition is healed, in milliseconds. */
const HEALED_WITHIN = 3000;

/** What a test of one partition demands. */
export interface OnePartition {
  /** The Get that was asked of the minority must be answered too; the course's test does not notice if it never is. */
  readonly getCompletes: boolean;
  /** The titles of its three parts. */
  readonly titles: readonly [string, string, string];
}

export async function onePartition(config: KvConfig, demands: OnePartition): Promise<void> {
  const { stage, cluster } = config;
  const [first, second, third] = demands.titles;
  const clerk = config.makeClerk();
  await clerk.put("1", "13");

  config.begin(first);
  const [majority, minority] = cluster.makePartition();
  cluster.partition(majority, minority);
  const inside = config.makeClerk(majority);
  const putter = config.makeClerk(minority);
  const getter = config.makeClerk(minority);
  await inside.put("1", "14");
  await inside.check("1", "14");
  config.end();

  config.begin(second);
  const put = inBackground(config, () => putter.put("1", "15"));
  const get = inBackground(config, () => getter.get("1"));
  await stage.sleep(1000);
  if (put.isDone()) throw new TestFailure("put in minority completed");
  if (get.isDone()) throw new TestFailure("get in minority completed");
  await inside.check("1", "14");
  await inside.put("1", "16");
  await inside.check("1", "16");
  config.end();

  config.begin(third);
  cluster.connectAll();
  putter.connect(cluster.all);
  getter.connect(cluster.all);
  await stage.sleep(1000);
  await doneWithin(config, put, "put did not complete");
  if (demands.getCompletes) await doneWithin(config, get, "get did not complete");
  await clerk.check("1", "15");
  config.end();
}

interface Background {
  readonly isDone: () => boolean;
}

function inBackground({ stage }: KvConfig, task: () => Promise<unknown>): Background {
  let done = false;
  stage.spawn(async () => {
    await task();
    done = true;
  });
  return { isDone: () => done };
}

async function doneWithin(
  { stage }: KvConfig,
  task: Background,
  otherwise: string,
): Promise<void> {
  const { clock } = stage.world;
  const begun = clock.now();
  while (!task.isDone()) {
    if (clock.now() - begun >= HEALED_WITHIN) throw new TestFailure(`${otherwise} after heal`);
    await stage.sleep(1);
  }
}
