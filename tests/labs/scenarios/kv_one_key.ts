/** Several clerks append to one key, on a network that loses messages. */

import type { KvConfig } from "../services/kv_config.ts";
import { appended, checkConcurrentAppends } from "./kv_appends.ts";

const CLERKS = 5;
const APPENDS = 10;

export async function oneKey(config: KvConfig): Promise<void> {
  const clerk = config.makeClerk();
  await clerk.put("k", "");
  const workers = config.spawnClerks(CLERKS, async (worker, client) => {
    for (let number = 0; number < APPENDS; number++) {
      await worker.append("k", appended(client, number));
    }
  });
  await Promise.all(workers);
  checkConcurrentAppends(await clerk.get("k"), Array.from({ length: CLERKS }, () => APPENDS));
}
