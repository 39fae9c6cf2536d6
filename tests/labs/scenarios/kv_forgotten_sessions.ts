/**
 * Servers that remember fewer sessions than there are clerks. A clerk whose session was forgotten may have to leave it open
 * whether its last append took effect; but none may take effect twice.
 */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { repartition } from "../services/repartitioner.ts";
import { UncertainOutcome } from "../services/text_clerk.ts";
import { appended, checkNoDoubles } from "./kv_appends.ts";

const CLERKS = 10;
const APPENDS = 20;

export async function forgottenSessions(config: KvConfig): Promise<void> {
  const { stage, cluster } = config;
  let isOver = false;
  const partitions = stage.spawn(() => repartition(stage, cluster, () => isOver));
  const certain: number[][] = [];
  const workers = config.spawnClerks(CLERKS, async (clerk, client) => {
    const done: number[] = certain[client] = [];
    for (let number = 0; number < APPENDS; number++) {
      // While one clerk pauses, others push its session out.
      await stage.sleep(stage.random.below(200));
      try {
        await clerk.append("k", appended(client, number));
        done.push(number);
      } catch (error) {
        if (!(error instanceof UncertainOutcome)) throw error;
      }
    }
  });
  await Promise.all(workers);
  isOver = true;
  await partitions;
  cluster.connectAll();
  const value = await config.makeClerk().get("k");
  for (const [client, numbers] of certain.entries()) {
    checkNoDoubles(client, value, APPENDS);
    for (const number of numbers) {
      if (!value.includes(appended(client, number))) {
        throw new TestFailure(`missing element ${appended(client, number)} in Append result`);
      }
    }
  }
}
