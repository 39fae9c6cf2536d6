/** What an operation costs: with few requests for each, whatever else is said between the servers. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { startLoad } from "./kv_load.ts";

const SPAN = 5000;

/** How many requests an operation may cost, in the mean. */
export interface RpcBudget {
  readonly clients: number;
  readonly rpcsPerOp: number;
}

/** Lets clerks work undisturbed, and counts. The course's own servers need 7.1 requests with one clerk, 6.4 with five. */
export async function rpcCounts(config: KvConfig, budgets: readonly RpcBudget[]): Promise<void> {
  const { stage } = config;
  const clerk = config.makeClerk();
  for (const { clients, rpcsPerOp } of budgets) {
    // Nobody leads at first.
    await clerk.get("0");
    const [rpcs, ops] = [stage.network.totalCount, stage.statistics.ops];
    const load = startLoad(config, { clients }, clients);
    await stage.sleep(SPAN);
    load.end();
    await load.check(clerk);
    const each = (stage.network.totalCount - rpcs) / (stage.statistics.ops - ops);
    if (each > rpcsPerOp) {
      throw new TestFailure(
        `${clients} clients: too many RPCs, ${
          each.toFixed(2)
        } for each operation, at most ${rpcsPerOp}`,
      );
    }
  }
}
