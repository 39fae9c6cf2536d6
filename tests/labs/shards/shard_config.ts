/**
 * Three groups of servers, a controller and clerks, as the course's tests see them. It is the `config` of lab 4B. Groups
 * are meant by their indexes, 0 to 2; in configurations they are 100 to 102.
 */

import type { Config, Gid } from "../../../core/shardctrler/mod.ts";
import type { NetworkOptions } from "../../../core/sim/network.ts";
import type { World } from "../harness/world.ts";
import { type Passed, TestFailure } from "../lab_test.ts";
import { KvHistory } from "../services/kv_history.ts";
import { LabClerk } from "../services/lab_clerk.ts";
import { NamedEnds } from "../services/named_ends.ts";
import type { ServiceCluster } from "../services/service_cluster.ts";
import { Stage } from "../services/stage.ts";
import { Admin } from "./admin.ts";
import { ctrlerClerk, startCtrlers } from "./ctrler_cluster.ts";
import { QueryWatch } from "./query_watch.ts";
import { shardClerk } from "./shard_clerk.ts";
import { ShardGroup, type ShardGroupOptions } from "./shard_group.ts";
import { tellShards } from "./shard_story.ts";
import { StoreWatch } from "./store_watch.ts";
import { withoutOps } from "./without_ops.ts";

/** What a test of the sharded store starts with. */
export interface ShardOptions extends Omit<ShardGroupOptions, "watch"> {
  /** By default 3. */
  readonly groups?: number;
  /** The network loses and delays messages, once all servers have started. */
  readonly unreliable?: boolean;
  readonly network?: Partial<NetworkOptions>;
}

/** The group of that index, as configurations name it. */
export function gidOf(group: number): Gid {
  return 100 + group;
}

/** The store, the controller, their clerks and what these have seen. */
export class ShardConfig {
  readonly stage: Stage;
  readonly groups: readonly ShardGroup[];
  readonly ctrlers: ServiceCluster;
  readonly history: KvHistory;
  readonly watch: StoreWatch;
  readonly maxRaftState: number | undefined;
  readonly #options: ShardOptions;
  readonly #admin: Admin;
  readonly #clerks: LabClerk[] = [];

  /** Starts the controller and all groups, whether they will join or not (make_config). */
  constructor(world: World, options: ShardOptions) {
    this.#options = options;
    this.maxRaftState = options.maxRaftState;
    this.history = new KvHistory(world);
    this.stage = new Stage(
      world,
      options.network,
      () => [...this.history.underWay(), ...this.watch.owed()],
    );
    this.watch = new StoreWatch((error) => world.fail(error), tellShards(world));
    this.ctrlers = startCtrlers(this.stage, this.watch.configs);
    this.watch.know(this.ctrlers);
    const ends = new NamedEnds(this.stage, "admin", { alive: true });
    const random = world.random.child("admin");
    this.#admin = new Admin(
      world,
      ctrlerClerk(world.clock, random, ends.call.bind(ends)),
      new QueryWatch(),
    );
    this.groups = Array.from(
      { length: options.groups ?? 3 },
      (_, group) => new ShardGroup(this.stage, gidOf(group), { ...options, watch: this.watch }),
    );
    this.stage.network.setReliable(!options.unreliable);
  }

  /** The group of that index. */
  group(group: number): ShardGroup {
    const found = this.groups[group];
    if (found === undefined) throw new RangeError(`There is no group ${group}`);
    return found;
  }

  /** Has groups join, all in one configuration. */
  join(...groups: readonly number[]): Promise<void> {
    return this.#admin.join(
      Object.fromEntries(groups.map((group) => [gidOf(group), this.group(group).names])),
    );
  }

  /** Has groups leave, all in one configuration. */
  leave(...groups: readonly number[]): Promise<void> {
    return this.#admin.leave(groups.map(gidOf));
  }

  /** Gives one shard to one group. */
  move(shard: number, group: number): Promise<void> {
    return this.#admin.move(shard, gidOf(group));
  }

  /** The newest configuration. */
  query(): Promise<Config> {
    return this.#admin.query();
  }

  makeClerk(): LabClerk {
    const client = this.#clerks.length;
    const opensSession = this.#options.sessionsMax !== undefined;
    const clerk = new LabClerk({
      world: this.stage.world,
      clerk: shardClerk(this.stage, `clerk/${client}`, opensSession),
      client,
      history: this.history,
      statistics: undefined,
    });
    this.#clerks.push(clerk);
    return clerk;
  }

  /** Checks the bounds on the persisted bytes of every server: those of the log, or that there is no snapshot. */
  checkLogs(): void {
    const { maxRaftState } = this;
    for (const { cluster, snapshots } of this.groups) {
      if (maxRaftState === undefined) {
        if (snapshots.length > 0) throw new TestFailure("there is a snapshot, and must be none");
      } else if (cluster.logSize() > 8 * maxRaftState) {
        throw new TestFailure(
          `persister.RaftStateSize() ${cluster.logSize()}, but maxraftstate ${maxRaftState}`,
        );
      }
    }
  }

  /**
   * Ends the test, and returns what is to be printed.
   *
   * @throws {TestFailure} If what the clerks have seen is not linearizable.
   * @throws {UnknownVerdict} If that could not be found out.
   */
  passed(): Passed {
    this.history.check();
    return withoutOps(this.stage.statistics.passed());
  }

  /** Kills all servers and clerks. */
  cleanup(): void {
    this.#admin.stop();
    for (const clerk of this.#clerks) clerk.stop();
    for (const cluster of [...this.groups.map(({ cluster }) => cluster), this.ctrlers]) {
      for (const server of cluster.all) cluster.kill(server);
    }
    this.stage.close();
  }
}
