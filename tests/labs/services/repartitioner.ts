/** Cuts a cluster in two, again and again, each time elsewhere. */

import type { ServiceCluster } from "./service_cluster.ts";
import type { Stage } from "./stage.ts";

/** How long a partition lasts, in milliseconds. */
const PERIOD_MIN = 1000;
const PERIOD_JITTER = 200;

/** Repartitions the servers until `isOver`, which it asks before each partition. */
export async function repartition(
  stage: Stage,
  cluster: ServiceCluster,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver()) {
    const isOnOneSide = cluster.all.map(() => stage.random.chance(1, 2));
    cluster.partition(
      cluster.all.filter((server) => isOnOneSide[server]),
      cluster.all.filter((server) => !isOnOneSide[server]),
    );
    await stage.sleep(PERIOD_MIN + stage.random.below(PERIOD_JITTER));
  }
}
