/** Ends leader after leader, and measures for how long nobody serves. */

import { type ServerId, serverId } from "../../core/base/mod.ts";
import type { RaftClient } from "../../core/server/raft/mod.ts";
import { sleep } from "../node/_cluster.ts";
import { Load } from "./_load.ts";
import { ProcessCluster } from "./_process_cluster.ts";
import { judge, type Verdict } from "./_verdict.ts";

/** How long a cluster is whole before the next leader is killed. */
const REST_MS = 500;

/** What came of it. */
export interface LeaderKillReport extends Verdict {
  /** For each end, milliseconds until a command begun after it was acknowledged; sorted. */
  readonly outages: readonly number[];
}

/** Ends the leader so many times, under a light load: by SIGKILL, or in good order, by SIGTERM. */
export async function leaderKills(
  kills: number,
  servers: number,
  inGoodOrder = false,
): Promise<LeaderKillReport> {
  await using cluster = new ProcessCluster(servers);
  await Promise.all(cluster.ids.map((id) => cluster.start(id)));
  const client = cluster.client();
  const load = new Load(cluster, 4, 1);
  const outages: number[] = [];
  try {
    for (let i = 0; i < kills; i++) {
      await load.progress();
      const leader = await leaderOf(cluster, client);
      await sleep(REST_MS);
      const killedAt = performance.now();
      const end = inGoodOrder ? cluster.terminate([leader]) : cluster.kill([leader]);
      const [, first] = await Promise.all([end, load.progress()]);
      outages.push(first.endedAt - killedAt);
      await cluster.start(leader);
    }
    await load.stop();
    const statuses = await cluster.agree(client);
    const verdict = await judge(load.proposals, statuses, client);
    return { ...verdict, outages: outages.sort((a, b) => a - b) };
  } finally {
    await load.stop();
    client.close();
  }
}

/** The leader of a cluster that is whole and agrees who leads. */
async function leaderOf(cluster: ProcessCluster, client: RaftClient): Promise<ServerId> {
  for (;; await sleep(20)) {
    const statuses = await cluster.statuses(client);
    const leaders = new Set(statuses.map(({ leaderId }) => leaderId));
    const [leader] = leaders;
    if (statuses.length < cluster.ids.length || leaders.size > 1 || leader === undefined) continue;
    return serverId(leader);
  }
}
