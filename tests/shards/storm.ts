/**
 * A storm: clerks work while groups join and leave, shards are moved, servers and whole groups crash, and the network
 * is cut and loses messages. Then everything is healed, and must come to rest: every clerk finishes what it does, every
 * shard is where the last configuration says and nowhere else, and what the clerks saw was linearizable.
 */

import { TestFailure } from "../labs/lab_test.ts";
import type { World } from "../labs/harness/world.ts";
import type { LabClerk } from "../labs/services/lab_clerk.ts";
import { checkSettled } from "../labs/shards/settled.ts";
import { ShardConfig } from "../labs/shards/shard_config.ts";
import { StormFaults } from "./storm_faults.ts";
import { drawProfile, type StormProfile } from "./storm_profile.ts";

/**
 * How long clerks may need to finish after the storm, and the groups to come to rest, in milliseconds: the more, the
 * more configurations there are that the groups may still have to follow one by one.
 */
const CALM_MAX = 15_000;
const CALM_PER_CONFIGURATION = 200;

/** What a storm has done. */
export interface StormReport {
  readonly profile: StormProfile;
  readonly operations: number;
  /** How often a group began to serve a shard. */
  readonly arrivals: number;
  readonly configurations: number;
  readonly faults: number;
}

/** Plays one storm; the world's chance decides which. */
export async function storm(world: World): Promise<StormReport> {
  const profile = drawProfile(world.random.child("profile"));
  const { groups, maxRaftState, sessionsMax, wal, pieceBytes } = profile;
  const config = new ShardConfig(world, {
    groups,
    wal,
    settings: { pieceBytes },
    ...(maxRaftState !== undefined && { maxRaftState }),
    ...(sessionsMax !== undefined && { sessionsMax }),
  });
  try {
    return await blow(config, profile);
  } finally {
    config.cleanup();
  }
}

async function blow(config: ShardConfig, profile: StormProfile): Promise<StormReport> {
  const { stage } = config;
  await config.join(0);
  let over = false;
  const isOver = () => over;
  let operations = 0;
  const clerks = Array.from({ length: profile.clients }, () => config.makeClerk());
  const working = clerks.map((clerk, client) =>
    stage.spawn(async () => {
      const random = stage.random.child(`client/${client}`);
      while (!over) {
        await workOnce(
          clerk,
          String(random.below(profile.keys)),
          random.below(10),
          `${operations}`,
        );
        operations++;
      }
    })
  );
  const faults = new StormFaults(config, profile);
  const blowing = stage.spawn(() => faults.blow(isOver));
  const changing = stage.spawn(() => changeAtRandom(config, profile, isOver));
  await stage.sleep(profile.span);
  over = true;
  await blowing;
  faults.heal();
  await within(config, CALM_MAX, "a change of the configuration", changing);
  const { num } = await config.query();
  const calm = CALM_MAX + CALM_PER_CONFIGURATION * num;
  for (const task of working) await within(config, calm, "a clerk", task);
  await checkSettled(config, calm);
  const reader = config.makeClerk();
  for (let key = 0; key < profile.keys; key++) {
    await within(config, calm, "a last read", reader.get(String(key)));
  }
  config.history.check();
  return {
    profile,
    operations,
    arrivals: config.watch.shards.arrivals,
    configurations: num,
    faults: faults.count,
  };
}

async function workOnce(
  clerk: LabClerk,
  key: string,
  kind: number,
  text: string,
): Promise<void> {
  if (kind < 5) await clerk.append(key, `${text} `);
  else if (kind < 6) await clerk.put(key, `${text} `);
  else await clerk.get(key);
}

/** Has groups come and go and shards move; at least one group always stays. */
async function changeAtRandom(
  config: ShardConfig,
  profile: StormProfile,
  isOver: () => boolean,
): Promise<void> {
  const { stage } = config;
  const random = stage.random.child("changes");
  const joined = new Set([0]);
  while (!isOver()) {
    await stage.sleep(random.below(profile.changePause));
    const group = random.below(profile.groups);
    if (!joined.has(group)) {
      joined.add(group);
      await config.join(group);
    } else if (random.chance(1, 2)) await config.move(random.below(10), group);
    else if (joined.size > 1 || random.chance(1, 10)) {
      joined.delete(group);
      await config.leave(group);
    }
  }
  if (joined.size === 0) await config.join(0);
}

/** Waits for something that must come to its end now that all is well. */
async function within<T>(
  { stage }: ShardConfig,
  span: number,
  what: string,
  task: Promise<T>,
): Promise<T> {
  let done = false;
  stage.world.spawn(async () => {
    await stage.sleep(span);
    if (!done) throw new TestFailure(`${what} does not finish in ${span} ms after the storm`);
  });
  const result = await task;
  done = true;
  return result;
}
