/** The faults of a storm, and their healing. */

import type { Random } from "../../core/base/ports.ts";
import type { ServiceCluster } from "../labs/services/service_cluster.ts";
import type { ShardConfig } from "../labs/shards/shard_config.ts";
import type { FaultKind, StormProfile } from "./storm_profile.ts";

/** See the head of this file. */
export class StormFaults {
  readonly #config: ShardConfig;
  readonly #profile: StormProfile;
  readonly #random: Random;
  /** How many faults there were. */
  count = 0;

  constructor(config: ShardConfig, profile: StormProfile) {
    this.#config = config;
    this.#profile = profile;
    this.#random = config.stage.random.child("faults");
  }

  /** Lets one thing after the other go wrong. */
  async blow(isOver: () => boolean): Promise<void> {
    const { kinds, faultPause } = this.#profile;
    while (!isOver()) {
      await this.#config.stage.sleep(this.#random.below(faultPause));
      await this.#strike(kinds[this.#random.below(kinds.length)]!);
      this.count++;
    }
  }

  /** Makes everything well. */
  heal(): void {
    const { stage, groups, ctrlers } = this.#config;
    for (const cluster of [...groups.map(({ cluster }) => cluster), ctrlers]) restart(cluster);
    stage.network.setReliable(true);
    stage.network.setLongReordering(false);
  }

  async #strike(kind: FaultKind): Promise<void> {
    const { stage, groups, ctrlers } = this.#config;
    const { network } = stage;
    const random = this.#random;
    const group = groups[random.below(groups.length)]!;
    const pause = () => stage.sleep(random.below(1000));
    switch (kind) {
      case "crashServer":
        group.shutdown([random.below(group.cluster.n)]);
        await pause();
        return restart(group.cluster);
      case "crashGroup":
        group.shutdown();
        await pause();
        return restart(group.cluster);
      case "crashAll":
        for (const each of groups) each.shutdown();
        if (random.chance(1, 2)) await pause();
        for (const each of groups) restart(each.cluster);
        return;
      case "partition": {
        const alone = random.below(group.cluster.n);
        group.cluster.partition([alone], group.cluster.all.filter((server) => server !== alone));
        await pause();
        return group.cluster.connectAll();
      }
      case "unreliable":
        network.setReliable(false);
        await pause();
        await pause();
        return network.setReliable(true);
      case "slow":
        network.setLongReordering(true);
        await pause();
        return network.setLongReordering(false);
      case "ctrler":
        ctrlers.shutdown(random.below(ctrlers.n));
        await pause();
        return restart(ctrlers);
    }
  }
}

/** Starts what does not run, and connects all. */
function restart(cluster: ServiceCluster): void {
  for (const server of cluster.all) if (!cluster.isUp(server)) cluster.start(server);
  cluster.connectAll();
}
