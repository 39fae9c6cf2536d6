/** What the two tests of the shard controller share. */

import type { Config, Gid } from "../../../core/shardctrler/mod.ts";
import { TestFailure } from "../lab_test.ts";
import { checkSameConfig } from "../shards/config_checks.ts";
import type { CtrlerConfig } from "../shards/ctrler_config.ts";

/** Whether a test also demands what the course's tests meant to. */
export interface Strictness {
  readonly isStrict: boolean;
}

/** The title line of a part of a test. */
export function partTitle(title: string, { isStrict }: Strictness): string {
  return `Test${isStrict ? " (4A strict)" : ""}: ${title}`;
}

/** The groups that come and go in the parts about minimal transfers. */
export const JOINING: readonly Gid[] = [11, 12, 13, 14, 15];

/** How long a server may need to catch up, in milliseconds. */
const CATCH_UP_MAX = 3000;

/**
 * The groups whose shards must stay where they are while others come and go. The course's tests look at 1 to 10, which
 * are not there.
 */
export function groupsBesides(config: Config, { isStrict }: Strictness): Iterable<Gid> {
  if (!isStrict) return Array.from({ length: 10 }, (_, i) => i + 1);
  return [...config.groups.keys()].filter((gid) => !JOINING.includes(gid));
}

/**
 * Waits until all running servers have the same configurations, and compares each of them.
 *
 * @throws {TestFailure} If they differ, or if a server does not catch up.
 */
export async function checkHistories(config: CtrlerConfig): Promise<void> {
  const { cluster, stage } = config;
  const histories = () =>
    cluster.all.filter((server) => cluster.isUp(server)).map((server) => config.history(server));
  const lengths = () => histories().map(({ length }) => length);
  const longest = Math.max(...lengths());
  for (let waited = 0; lengths().some((length) => length < longest); waited += 10) {
    if (waited >= CATCH_UP_MAX) {
      throw new TestFailure(`servers know ${lengths()} configurations after ${waited} ms`);
    }
    await stage.sleep(10);
  }
  const [first = [], ...others] = histories();
  for (const other of others) {
    first.forEach((one, num) => checkSameConfig(one, other[num]!));
  }
}
