/** How a test of the key/value service is put together from its data and its scenario. */

import type { Random } from "../../../core/base/ports.ts";
import type { LabTest } from "../lab_test.ts";
import { KvConfig, type KvOptions } from "./kv_config.ts";

/** All of such a test: what it is called, what it starts with, and what happens. */
export interface KvTestDefinition extends KvOptions {
  readonly lab: string;
  readonly name: string;
  readonly title: string;
  readonly addition?: string;
  readonly simulatedOnly?: string;
  /** The scenario begins and ends its parts itself; by default it is one part. */
  readonly inParts?: boolean;
  /** Draws what else it starts with. */
  readonly draw?: (random: Random) => KvOptions;
  readonly scenario: (config: KvConfig) => Promise<void>;
}

/** Makes a lab test whose scenario is played with a new cluster each time. Its history must be linearizable. */
export function kvTest(definition: KvTestDefinition): LabTest {
  const { lab, name, title, addition, simulatedOnly, ...played } = definition;
  const { inParts = false, draw, scenario, ...options } = played;
  return {
    lab,
    name,
    title,
    ...(addition !== undefined && { addition }),
    ...(simulatedOnly !== undefined && { simulatedOnly }),
    run: async (world) => {
      const config = new KvConfig(world, {
        ...options,
        ...draw?.(world.random.child("options")),
      });
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
