/** How a test of the sharded store is put together from its data and its scenario. */

import type { LabTest } from "../lab_test.ts";
import { ShardConfig, type ShardOptions } from "./shard_config.ts";

/** All of such a test: what it is called, what it starts with, and what happens. */
export interface ShardTestDefinition extends ShardOptions {
  readonly lab: string;
  readonly name: string;
  readonly title: string;
  readonly addition?: string;
  readonly simulatedOnly?: string;
  readonly scenario: (config: ShardConfig) => Promise<void>;
}

/** Makes a lab test whose scenario is played with new groups each time. Its history must be linearizable. */
export function shardTest(definition: ShardTestDefinition): LabTest {
  const { lab, name, title, addition, simulatedOnly, scenario, ...options } = definition;
  return {
    lab,
    name,
    title,
    ...(addition !== undefined && { addition }),
    ...(simulatedOnly !== undefined && { simulatedOnly }),
    run: async (world) => {
      const config = new ShardConfig(world, options);
      try {
        config.stage.statistics.begin(title);
        await scenario(config);
        config.stage.statistics.end(config.group(0).cluster.n);
        return config.passed();
      } finally {
        config.cleanup();
      }
    },
  };
}
