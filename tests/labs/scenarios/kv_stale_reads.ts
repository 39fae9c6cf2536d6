/** Leaders are deposed without their knowing: whoever still asks them must not get old answers. */

import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import type { KvConfig } from "../services/kv_config.ts";

const ROUNDS = 20;

/**
 * Cuts the leader off from the majority again and again. Meanwhile a clerk on its side reads, and one on the other side
 * writes; what they see is compared when the history is checked.
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
    const read = stage.spawn(() => readSome(reader));
    // Some reads are asked before anybody else leads, others when there are newer values.
    await stage.sleep(stage.random.below(2 * ELECTION_TIMEOUT));
    await writer.put("k", `after ${round}`);
    cluster.connectAll();
    reader.connect(cluster.all);
    await read;
  }
}

async function readSome(reader: { get(key: string): Promise<string> }): Promise<void> {
  for (let i = 0; i < 3; i++) await reader.get("k");
}
