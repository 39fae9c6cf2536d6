/** How a lab test is put together from its data and its scenario. */

import type { LabTest } from "../lab_test.ts";
import type { ClusterOptions } from "./cluster.ts";
import { Config } from "./config.ts";

/** All of a lab test on a Raft cluster: what it is called, what it starts with, and what happens. */
export interface LabTestDefinition extends ClusterOptions {
  readonly lab: string;
  readonly name: string;
  readonly title: string;
  readonly addition?: string;
  readonly simulatedOnly?: string;
  readonly scenario: (config: Config) => Promise<void>;
}

/** Makes a lab test whose scenario is played with a new cluster each time. */
export function labTest(definition: LabTestDefinition): LabTest {
  const { lab, name, title, addition, simulatedOnly, scenario, ...options } = definition;
  return {
    lab,
    name,
    title,
    ...(addition !== undefined && { addition }),
    ...(simulatedOnly !== undefined && { simulatedOnly }),
    run: async (world) => {
      const config = new Config(world, options);
      try {
        config.begin(title);
        await scenario(config);
        return config.end();
      } finally {
        config.cleanup();
      }
    },
  };
}
