/**
 * Tests of the alarm, not of Raft: each goes wrong in a way of its own, so that one can see that the runner
 * notices. They never run unless they are asked for.
 */

import { ms } from "../../core/base/units.ts";
import { FoldKind } from "../../core/sim/event_hash.ts";
import type { World } from "./harness/world.ts";
import { type LabTest, type Measured, TestFailure, UnknownVerdict } from "./lab_test.ts";

const NOTHING: Measured = { seconds: 0, peers: 0, rpcs: 0, bytes: 0, commits: 0 };

const NOT_SAME_TWICE = "no two runs in the real world are the same";

/** The canaries: lab `canary`. */
export const CANARY_TESTS: readonly LabTest[] = [
  canary("CanaryAlwaysFails", "fails after one second", async ({ clock }) => {
    await clock.sleep(ms(1000));
    throw new TestFailure("this test always fails");
  }),
  canary("CanaryHangs", "waits for ever", async ({ clock }) => {
    for (;;) await clock.sleep(ms(1000));
  }, "only virtual time runs out soon"),
  canary("CanaryThrows", "is broken itself", async ({ clock }) => {
    await clock.sleep(ms(1000));
    throw new TypeError("this test is broken");
  }),
  canary("CanaryUnknown", "cannot find out", async ({ clock }) => {
    await clock.sleep(ms(1000));
    throw new UnknownVerdict("this test never knows");
  }),
  canary("CanaryNotDeterministic", "fails in another way each time", async (world) => {
    const draw = await drawFromOutside(world);
    throw new TestFailure(`this test drew ${draw} from outside the simulation`);
  }, NOT_SAME_TWICE),
  canary("CanaryDrifts", "passes in another way each time", async (world) => {
    await drawFromOutside(world);
  }, NOT_SAME_TWICE),
];

function canary(
  name: string,
  title: string,
  scenario: (world: World) => Promise<void>,
  simulatedOnly?: string,
): LabTest {
  return {
    lab: "canary",
    name,
    title: `Test (canary): ${title}`,
    ...(simulatedOnly !== undefined && { simulatedOnly }),
    run: async (world) => {
      await scenario(world);
      return NOTHING;
    },
  };
}

/** Does what no simulated code may do: it lets the world outside decide. */
async function drawFromOutside(world: World): Promise<number> {
  const draw = Math.floor(Math.random() * 2 ** 32);
  await world.clock.sleep(ms(1));
  world.fold(FoldKind.other, draw, 0);
  return draw;
}
