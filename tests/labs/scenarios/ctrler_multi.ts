/** The second test of the shard controller: several groups come and go at once, and a new leader knows the same. */

import type { Config } from "../../../core/shardctrler/mod.ts";
import { TestFailure } from "../lab_test.ts";
import type { Admin } from "../shards/admin.ts";
import {
  checkBalanced,
  checkKept,
  checkSameConfig,
  checkServers,
} from "../shards/config_checks.ts";
import type { CtrlerConfig } from "../shards/ctrler_config.ts";
import {
  checkHistories,
  groupsBesides,
  JOINING,
  partTitle,
  type Strictness,
} from "./ctrler_parts.ts";

/** The groups that are left when all the others have come and gone. */
const CONCURRENT = Array.from({ length: 10 }, (_, i) => 1000 + i);

/** Plays the test. */
export async function multi(config: CtrlerConfig, strictness: Strictness): Promise<void> {
  const clerk = config.makeClerk();
  const part = async <T>(title: string, play: () => Promise<T>) => {
    const result = await config.part(partTitle(title, strictness), play);
    if (strictness.isStrict) await checkHistories(config);
    return result;
  };
  await part("Multi-group join/leave", () => leaveAndJoin(clerk));
  await part("Concurrent multi leave/join", () => concurrent(config, clerk));
  const joined = await part("Minimal transfers after multijoins", () => joins(clerk, strictness));
  await part("Minimal transfers after multileaves", () => leaves(clerk, joined, strictness));
  await part("Check Same config on servers", () => sameConfig(config, clerk));
}

async function leaveAndJoin(clerk: Admin): Promise<void> {
  checkBalanced(await clerk.query(), []);
  await clerk.join({ 1: ["x", "y", "z"], 2: ["a", "b", "c"] });
  checkBalanced(await clerk.query(), [1, 2]);
  await clerk.join({ 3: ["j", "k", "l"] });
  checkBalanced(await clerk.query(), [1, 2, 3]);
  const all = await clerk.query();
  checkServers(all, 1, ["x", "y", "z"]);
  checkServers(all, 2, ["a", "b", "c"]);
  checkServers(all, 3, ["j", "k", "l"]);
  await clerk.leave([1, 3]);
  checkBalanced(await clerk.query(), [2]);
  checkServers(await clerk.query(), 2, ["a", "b", "c"]);
  await clerk.leave([2]);
}

async function concurrent(config: CtrlerConfig, clerk: Admin): Promise<void> {
  await config.spawnClerks(CONCURRENT.length, async (worker, client) => {
    const gid = CONCURRENT[client]!;
    await worker.join({
      [gid]: [`${gid}a`, `${gid}b`, `${gid}c`],
      [gid + 1000]: [`${gid + 1000}a`],
      [gid + 2000]: [`${gid + 2000}a`],
    });
    await worker.leave([gid + 1000, gid + 2000]);
  });
  checkBalanced(await clerk.query(), CONCURRENT);
}

/** Returns the configuration with all groups. */
async function joins(clerk: Admin, strictness: Strictness): Promise<Config> {
  const before = await clerk.query();
  await clerk.join(Object.fromEntries(JOINING.map((gid) => [gid, [`${gid}a`, `${gid}b`]])));
  const after = await clerk.query();
  checkKept(after, before, groupsBesides(after, strictness));
  return after;
}

async function leaves(clerk: Admin, joined: Config, strictness: Strictness): Promise<void> {
  await clerk.leave(JOINING);
  const after = await clerk.query();
  checkKept(joined, after, groupsBesides(joined, strictness));
}

async function sameConfig(config: CtrlerConfig, clerk: Admin): Promise<void> {
  const { cluster } = config;
  const leader = cluster.leader();
  if (leader === undefined) throw new TestFailure("Leader not found");
  const before = await clerk.query();
  cluster.shutdown(leader);
  // The course's loop never asks again, so all that it finds is a second leader at this very moment.
  if (cluster.leader() !== undefined) throw new TestFailure("Leader not found");
  checkSameConfig(await clerk.query(), before);
}
