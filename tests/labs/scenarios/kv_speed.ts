/** How long operations take, one after the other. */

import { TestFailure } from "../lab_test.ts";
import type { KvConfig } from "../services/kv_config.ts";
import { appended, checkClientAppends } from "./kv_appends.ts";

const OPERATIONS = 1000;

/** Three operations for each heartbeat of 100 ms. */
const SPAN_MAX = OPERATIONS * (100 / 3);

/** Appends a thousand times: a server that lets entries wait for the next heartbeat is too slow. */
export async function speed(config: KvConfig): Promise<void> {
  const { clock } = config.stage.world;
  const clerk = config.makeClerk(undefined, { counted: false });
  // Nobody leads at first.
  await clerk.get("x");
  const begun = clock.now();
  for (let number = 0; number < OPERATIONS; number++) await clerk.append("x", appended(0, number));
  const span = clock.now() - begun;
  checkClientAppends(0, await clerk.get("x"), OPERATIONS);
  if (span > SPAN_MAX) {
    const [each, max] = [span / OPERATIONS, SPAN_MAX / OPERATIONS];
    throw new TestFailure(
      `operations completed too slowly ${each.toFixed(2)} ms/op > ${max.toFixed(2)} ms/op`,
    );
  }
}
