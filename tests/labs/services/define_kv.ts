/** How a test of the key/value service is put together from its data and its scenario. */

import type { LabTest } from "../lab_test.ts";
import { KvConfig, type KvOptions } from "./kv_config.ts";

/** All of such a test: what it is called, what it starts with, and what happens. */
export interface KvTestDefinition extends KvOptions {
  readonly lab: string;
  readonly name: string;
  readonly title: string;
  readonly addition?: string;
  /** The scenario begins and ends its parts itself; by default it is one part. */
  readonly inParts?: boolean;
  readonly scenario: (config: KvConfig) => Promise<void>;
}

/** Makes a lab test whose scenario is played with a new cluster each time. Its history must be linearizable. */
export function kvTest(definition: KvTestDefinition): LabTest {
  const { lab, name, title, addition, inParts = false, scenario, ...options } = definition;
  return {
    lab,
    name,
    title,
    ...(addition !== undefined && { addition }),
    run: async (world) => {
      const config = new KvConfig(world, options);
      try {
        if (!inParts) config.begin(title);
        await scenario(config);
        if (!inParts) config.end();
        return config.passed();
      } finally {
        config.cleanup();
      }
    },
  };
}
