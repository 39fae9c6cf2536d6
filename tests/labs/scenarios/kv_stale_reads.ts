/** Leaders are deposed without their knowing: whoever still asks them must not get old answers. */

import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import type { KvConfig } from "../services/kv_config.ts";

const ROUNDS = 20;

/**
 * Cuts the leader off from the majority again and again. Meanwhile a clerk on its side reads as often as it is
 * answered, and one on the other side writes; what they see is compared when the history is checked.
 */
export async function staleReads(config: KvConfig): Promise<void> {
  const { stage, cluster } = config;
  const clerk = config.makeClerk();
  for (let round = 0; round < ROUNDS; round++) {
    await clerk.put("k", `before ${round}`);
    const [majority, minority] = cluster.makePartition();
    cluster.partition(majority, minority);
    const reader = config.makeClerk(minority);
    const writer = config.makeClerk(majority);
    let isHealed = false;
    const reads = stage.spawn(async () => {
      while (!isHealed) await reader.get("k");
    });
    await stage.sleep(stage.random.below(ELECTION_TIMEOUT));
    await writer.put("k", `after ${round}`);
    await stage.sleep(stage.random.below(ELECTION_TIMEOUT));
    isHealed = true;
    cluster.connectAll();
    reader.connect(cluster.all);
    await reads;
  }
}
