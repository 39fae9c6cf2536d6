/** The tests of lab 4A: the shard controller. The strict ones demand what the course's meant to. */

import type { LabTest } from "./lab_test.ts";
import { basic } from "./scenarios/ctrler_basic.ts";
import { multi } from "./scenarios/ctrler_multi.ts";
import { partTitle, type Strictness } from "./scenarios/ctrler_parts.ts";
import { CtrlerConfig } from "./shards/ctrler_config.ts";

/** The tests of lab 4A, in the reference's order. */
export const LAB_4A: readonly LabTest[] = [
  test("TestBasic", "Basic leave/join", basic, { isStrict: false }),
  test("TestMulti", "Multi-group join/leave", multi, { isStrict: false }),
];

/** The strict tests of lab 4A. */
export const LAB_4A_STRICT: readonly LabTest[] = [
  test("TestStrictBasic4A", "Basic leave/join", basic, { isStrict: true }),
  test("TestStrictMulti4A", "Multi-group join/leave", multi, { isStrict: true }),
];

function test(
  name: string,
  title: string,
  scenario: (config: CtrlerConfig, strictness: Strictness) => Promise<void>,
  strictness: Strictness,
): LabTest {
  return {
    lab: "4A",
    name,
    title: partTitle(title, strictness),
    ...(strictness.isStrict && { addition: "strict" }),
    run: async (world) => {
      const config = new CtrlerConfig(world);
      try {
        await scenario(config, strictness);
        return config.passed();
      } finally {
        config.cleanup();
      }
    },
  };
}
