/**
 * Servers crash while clerks are at work. In the course's tests all servers crash together, when the clerks have been told
 * to stop.
 */

import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { type Load, startLoad } from "./kv_load.ts";

const SPAN = 10_000;

/** How long the servers are left alone between two crashes or restarts, in milliseconds. */
const PAUSE_MIN = 20;
const PAUSE_MAX = 400;

/** Lets clerks work while servers come and go, however many of them are down at a time. */
export async function crashesUnderLoad(config: KvConfig, what: Load): Promise<void> {
  const { stage, cluster } = config;
  const { random } = stage;
  const load = startLoad(config, what, "crashes");
  const begun = stage.world.clock.now();
  while (stage.world.clock.now() - begun < SPAN) {
    await stage.sleep(random.between(PAUSE_MIN, PAUSE_MAX));
    const server = random.below(cluster.n);
    if (cluster.isUp(server)) cluster.shutdown(server);
    else restart(config, server);
  }
  load.end();
  for (const server of cluster.all) if (!cluster.isUp(server)) restart(config, server);
  await stage.sleep(ELECTION_TIMEOUT);
  await load.check(config.makeClerk());
}

function restart({ cluster }: KvConfig, server: number): void {
  cluster.start(server);
  cluster.connect(server, cluster.all);
}
