/**
 * The course's GenericTest: clerks append and read as fast as they can for five seconds, three times over, while the
 * network loses messages and is cut in two, and all servers crash at the end of each round.
 */

import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { repartition } from "../services/repartitioner.ts";
import { type Load, startLoad } from "./kv_load.ts";
import { checkLogSize, checkNoSnapshot } from "./kv_sizes.ts";

const ROUNDS = 3;
const LOAD_SPAN = 5000;

/** What a generic test does. */
export interface GenericTest extends Load {
  readonly crash?: boolean;
  readonly partitions?: boolean;
}

/** Plays the test. Whether what the clerks saw is linearizable is found out at its end, as always. */
export async function generic(config: KvConfig, test: GenericTest): Promise<void> {
  const { stage, cluster, maxRaftState } = config;
  const clerk = config.makeClerk();
  for (let round = 0; round < ROUNDS; round++) {
    const load = startLoad(config, test, round);
    let partitions: Promise<void> | undefined;
    if (test.partitions) {
      await stage.sleep(1000);
      partitions = stage.spawn(() => repartition(stage, cluster, load.isOver));
    }
    await stage.sleep(LOAD_SPAN);
    load.end();
    if (partitions !== undefined) {
      await partitions;
      cluster.connectAll();
      await stage.sleep(ELECTION_TIMEOUT);
    }
    if (test.crash) await restartAll(config);
    await load.check(clerk);
    if (maxRaftState === undefined) checkNoSnapshot(config);
    else checkLogSize(config, maxRaftState);
  }
}

/** Crashes all servers, and starts them again when every leader's time is over. */
async function restartAll({ stage, cluster }: KvConfig): Promise<void> {
  for (const server of cluster.all) cluster.shutdown(server);
  await stage.sleep(ELECTION_TIMEOUT);
  for (const server of cluster.all) cluster.start(server);
  cluster.connectAll();
}
