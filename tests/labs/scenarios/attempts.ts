/** Some tests only make sense while the term stays the same: they get several attempts. */

import type { Config } from "../harness/config.ts";
import { TestFailure } from "../lab_test.ts";

const ATTEMPTS_MAX = 5;
const PAUSE = 3000;

/**
 * Runs `attempt` until it returns true; false means that the term has changed meanwhile.
 *
 * @throws {TestFailure} If it never does.
 */
export async function attempts(config: Config, attempt: () => Promise<boolean>): Promise<void> {
  for (let count = 0; count < ATTEMPTS_MAX; count++) {
    if (count > 0) await config.sleep(PAUSE);
    if (await attempt()) return;
  }
  throw new TestFailure("term changed too often");
}
