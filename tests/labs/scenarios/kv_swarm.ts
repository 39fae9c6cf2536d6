/**
 * The seed chooses everything: how many servers there are, what they run with, what their network and disks do, who works
 * and what goes wrong meanwhile. What no other test thought of putting together, this one will in time.
 */

import type { Random } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { ELECTION_TIMEOUT } from "../harness/limits.ts";
import type { KvConfig, KvOptions } from "../services/kv_config.ts";
import { startLoad } from "./kv_load.ts";

const SPAN = 6000;

/** How long the servers are left alone between two blows, in milliseconds. */
const PAUSE_MIN = 20;
const PAUSE_MAX = 600;

/** Draws what a test starts with. */
export function drawOptions(random: Random): KvOptions {
  const coin = () => random.chance(1, 2);
  const [latencyMin, latencyMax] = pick(random, [[0.2, 1], [1, 7], [1, 40]] as const);
  const [syncDelayMin, syncDelayMax] = pick(random, [[0, 0], [0, 3], [1, 20]] as const);
  return {
    servers: pick(random, [3, 5, 7]),
    unreliable: coin(),
    network: { latencyMin: ms(latencyMin), latencyMax: ms(latencyMax) },
    raft: {
      preVote: coin(),
      checkQuorum: coin(),
      inflightMax: pick(random, [1, 4, 64]),
      appendEntriesMax: pick(random, [1, 8, 512]),
      appendBytesMax: pick(random, [100, 65_536]),
      snapshotChunkBytes: pick(random, [50, 500, Number.MAX_SAFE_INTEGER]),
      commitNoticeDelay: ms(pick(random, [0, 10])),
    },
    disk: { syncDelayMin: ms(syncDelayMin), syncDelayMax: ms(syncDelayMax) },
    wal: coin(),
    maxRaftState: pick(random, [200, 1000, 5000, 1_000_000]),
    logReads: random.chance(1, 4),
    captureInTurns: coin(),
  };
}

/** Lets clerks work while one thing after the other goes wrong; in the end all is well again. */
export async function swarm(config: KvConfig): Promise<void> {
  const { stage, cluster } = config;
  const { random, network } = stage;
  if (random.chance(1, 3)) network.setDuplication(1, 4);
  if (random.chance(1, 8)) network.setLongReordering(true);
  const what = { clients: random.between(1, 10), randomKeys: random.chance(1, 2) };
  const load = startLoad(config, what, "swarm");
  const begun = stage.world.clock.now();
  while (stage.world.clock.now() - begun < SPAN) {
    await stage.sleep(random.between(PAUSE_MIN, PAUSE_MAX));
    strike(config, pick(random, BLOWS));
  }
  load.end();
  network.setLongReordering(false);
  for (const server of cluster.all) restart(config, server);
  cluster.connectAll();
  await stage.sleep(ELECTION_TIMEOUT);
  await load.check(config.makeClerk());
}

/** What may happen; what heals is as frequent as what hurts. */
const BLOWS = [
  "partition",
  "cut off the leader",
  "crash",
  "crash all",
  "heal",
  "heal",
  "restart all",
  "restart all",
] as const;

function strike(config: KvConfig, blow: (typeof BLOWS)[number]): void {
  const { stage: { random }, cluster } = config;
  const server = random.below(cluster.n);
  switch (blow) {
    case "partition": {
      const sides = cluster.all.map(() => random.chance(1, 2));
      const side = (which: boolean) => cluster.all.filter((each) => sides[each] === which);
      return cluster.partition(side(true), side(false));
    }
    case "cut off the leader":
      return cluster.disconnect(cluster.leader() ?? server, cluster.all);
    case "heal":
      return cluster.connectAll();
    case "crash":
      return cluster.shutdown(server);
    case "restart all":
      for (const each of cluster.all) {
        restart(config, each);
        cluster.connect(each, cluster.all);
      }
      return;
    case "crash all":
      if (random.chance(1, 3)) { for (const each of cluster.all) cluster.shutdown(each); }
      return;
  }
}

function restart({ cluster }: KvConfig, server: number): void {
  if (!cluster.isUp(server)) cluster.start(server);
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.below(choices.length)]!;
}
