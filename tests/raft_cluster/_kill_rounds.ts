/** Rounds in which random servers of a cluster under load are killed and started again. */

import type { Random, ServerId } from "../../core/base/mod.ts";
import { sleep } from "../node/_cluster.ts";
import { Load } from "./_load.ts";
import { ProcessCluster } from "./_process_cluster.ts";
import { judge, type Verdict } from "./_verdict.ts";

/** What is played. */
export interface KillRounds {
  readonly rounds: number;
  readonly servers: number;
  readonly writers: number;
  /** How long a writer rests after each command, in milliseconds. */
  readonly pause: number;
  readonly random: Random;
  /** Added to the command line of each server. */
  readonly args?: readonly string[];
  readonly onRound?: (round: number, killed: readonly ServerId[], acknowledged: number) => void;
}

/** What came of it. */
export interface KillReport extends Verdict {
  readonly kills: number;
  /** Rounds in which all servers were killed at once. */
  readonly blackouts: number;
}

/** Plays the rounds, and checks what is left. */
export async function killRounds(options: KillRounds): Promise<KillReport> {
  const { rounds, servers, random } = options;
  await using cluster = new ProcessCluster(servers, options.args);
  await Promise.all(cluster.ids.map((id) => cluster.start(id)));
  const load = new Load(cluster, options.writers, options.pause);
  let kills = 0;
  let blackouts = 0;
  try {
    await load.progress();
    for (let round = 1; round <= rounds; round++) {
      const victims = chooseVictims(cluster.ids, random);
      kills += victims.length;
      if (victims.length === servers) blackouts++;
      await sleep(random.below(100));
      await cluster.kill(victims);
      await sleep(random.below(300));
      await Promise.all(victims.map((id) => cluster.start(id)));
      // Now and then the next blow comes before the cluster has recovered from this one.
      if (!random.chance(1, 5)) await load.progress();
      options.onRound?.(round, victims, load.acknowledged);
    }
    await load.progress();
  } finally {
    await load.stop();
  }
  const client = cluster.client();
  try {
    const statuses = await cluster.agree(client);
    return { ...await judge(load.proposals, statuses, client), kills, blackouts };
  } finally {
    client.close();
  }
}

/** One server in most rounds, several in some, all in a few. */
function chooseVictims(ids: readonly ServerId[], random: Random): ServerId[] {
  const dice = random.below(10);
  const count = dice < 6 ? 1 : dice < 8 ? random.between(1, ids.length) : ids.length;
  const rest = [...ids];
  return Array.from({ length: count }, () => rest.splice(random.below(rest.length), 1)[0]!);
}
