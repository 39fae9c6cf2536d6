/** A majority is away for long: what was asked meanwhile is done soon after it is back, and once. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { appended, checkConcurrentAppends } from "./kv_appends.ts";

const CLERKS = 10;
const OUTAGE = 60_000;

/** How long an election and all that waits may take, in milliseconds. */
const BACK_WITHIN = 3000;

export async function longOutage(config: KvConfig): Promise<void> {
  const { stage, cluster } = config;
  const clerk = config.makeClerk();
  await clerk.put("k", "");
  const [majority] = cluster.makePartition();
  for (const server of majority) cluster.shutdown(server);

  let ended = 0;
  const workers = config.spawnClerks(CLERKS, async (worker, client) => {
    await worker.append("k", appended(client, 0));
    ended++;
    await worker.get("k");
  });
  await stage.sleep(OUTAGE);
  if (ended > 0) throw new TestFailure(`${ended} appends were done without a majority`);
  for (const server of majority) cluster.start(server);
  cluster.connectAll();

  const back = stage.world.clock.now();
  await Promise.all(workers);
  const span = stage.world.clock.now() - back;
  if (span > BACK_WITHIN) {
    throw new TestFailure(`${span} ms passed from the return of the majority to the last answer`);
  }
  checkConcurrentAppends(await clerk.get("k"), Array.from({ length: CLERKS }, () => 1));
}
