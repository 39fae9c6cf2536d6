/** Servers that were away for long catch up, and at no time does anybody's log grow without bounds. */

import type { KvConfig } from "../services/kv_config.ts";
import { type Load, startLoad } from "./kv_load.ts";
import { checkLogSize } from "./kv_sizes.ts";

const ROUNDS = 3;
const AWAY = 2000;
const BACK = 1000;

/** How often the logs are looked at, in milliseconds. */
const LOOK_INTERVAL = 5;

/** Cuts one server off after the other, the leader too, while clerks are at work. */
export async function laggards(config: KvConfig, what: Load, maxRaftState: number): Promise<void> {
  const { stage, cluster } = config;
  const load = startLoad(config, what, "laggards");
  const watch = stage.spawn(async () => {
    while (!load.isOver()) {
      checkLogSize(config, maxRaftState);
      await stage.sleep(LOOK_INTERVAL);
    }
  });
  for (let round = 0; round < ROUNDS; round++) {
    const away = stage.random.chance(1, 3) ? cluster.leader() ?? 0 : stage.random.below(cluster.n);
    cluster.disconnect(away, cluster.all);
    await stage.sleep(AWAY);
    cluster.connect(away, cluster.all);
    await stage.sleep(BACK);
  }
  load.end();
  await watch;
  await load.check(config.makeClerk());
  checkLogSize(config, maxRaftState);
}
