/** Waiting in behaviour suites, in a way that works in virtual time and in real time alike. */

import assert from "node:assert/strict";
import type { Clock } from "../../core/base/ports.ts";
import { ms } from "../../core/base/units.ts";

/** Waits until `condition` holds, and fails if that takes more than ten seconds; `what` says what was awaited. */
export async function eventually(
  clock: Clock,
  what: string,
  condition: () => boolean,
): Promise<void> {
  const deadline = clock.now() + 10_000;
  while (!condition()) {
    assert.ok(clock.now() < deadline, `This did not happen within 10 s: ${what}`);
    await clock.sleep(ms(1));
  }
}
