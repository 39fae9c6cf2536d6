/** One group of the sharded store in a test: its servers, and what can be seen of their states and disks. */

import type { RaftOptions } from "../../../core/raft/options.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import {
  type DriverSettings,
  SHARDKV_SERVICE,
  ShardkvServer,
  type ShardkvServerOptions,
  ShardkvStateMachine,
} from "../../../core/shardkv/mod.ts";
import { decodeGroupReply } from "../../../core/shardkv/results.ts";
import { Observers } from "../../../core/sim/checkers/mod.ts";
import type { DiskOptions } from "../../../core/sim/disk.ts";
import { ServiceCluster } from "../services/service_cluster.ts";
import type { RunningService, Site } from "../services/site.ts";
import { snapshotRule } from "../services/snapshot_rule.ts";
import type { Stage } from "../services/stage.ts";
import { CountedStorage } from "./counted_storage.ts";
import { ctrlerClerk } from "./ctrler_cluster.ts";
import type { StoreWatch } from "./store_watch.ts";

const SERVERS = 3;

/** How a group runs. */
export interface ShardGroupOptions {
  /** When a server takes a snapshot, in bytes of its persisted Raft state; `undefined`: never. */
  readonly maxRaftState?: number;
  /** How many sessions a shard remembers; by default all. */
  readonly sessionsMax?: number;
  readonly settings?: Partial<DriverSettings>;
  /** What differs from the options of the labs' services. */
  readonly raft?: Partial<RaftOptions>;
  readonly disk?: DiskOptions;
  readonly wal?: boolean;
  /** Sees every step of every server. */
  readonly watch: StoreWatch;
}

/** What is known of a server's newest life. */
interface Sight {
  readonly stateMachine: ShardkvStateMachine;
  readonly storage: CountedStorage;
  readonly raftStateBytes: () => number;
}

/** See the head of this file. */
export class ShardGroup {
  readonly gid: Gid;
  readonly cluster: ServiceCluster;
  /** What the servers are called. */
  readonly names: readonly string[];
  readonly #options: ShardGroupOptions;
  readonly #sights = new Map<number, Sight>();

  /** Starts and connects all servers. */
  constructor(stage: Stage, gid: Gid, options: ShardGroupOptions) {
    const { disk, wal, raft } = options;
    this.gid = gid;
    this.#options = options;
    this.cluster = new ServiceCluster(stage, {
      servers: SERVERS,
      nameOf: (server) => this.#nameOf(server),
      start: (site) => this.#start(site),
      asked: {
        service: SHARDKV_SERVICE,
        isDone: (reply) => decodeGroupReply(reply)?.kind === "done",
        cluster: `group ${gid}`,
        ledger: options.watch.executions,
      },
      ...(raft !== undefined && { raft }),
      ...(disk !== undefined && { disk }),
      ...(wal !== undefined && { wal }),
    });
    options.watch.know(this.cluster, gid);
    this.names = this.cluster.all.map((server) => this.#nameOf(server));
    this.start();
  }

  /** Starts the servers that do not run. */
  start(servers: readonly number[] = this.cluster.all): void {
    for (const server of servers) {
      if (!this.cluster.isUp(server)) this.cluster.start(server);
    }
    this.cluster.connectAll();
  }

  /** Crashes servers, by default all. */
  shutdown(servers: readonly number[] = this.cluster.all): void {
    for (const server of servers) this.cluster.shutdown(server);
  }

  /** The states of the running servers. */
  get states(): readonly ShardkvStateMachine[] {
    return this.cluster.all.filter((server) => this.cluster.isUp(server))
      .map((server) => this.#sights.get(server)!.stateMachine);
  }

  /** The snapshots on the disks of all servers, whether they run or not. */
  get snapshots(): readonly Uint8Array[] {
    return [...this.#sights.values()].flatMap(({ storage }) => storage.snapshot ?? []);
  }

  /** The persisted bytes of all servers together. */
  get storedBytes(): number {
    const snapshots = this.snapshots.reduce((sum, { length }) => sum + length, 0);
    return [...this.#sights.values()].reduce((sum, each) => sum + each.raftStateBytes(), snapshots);
  }

  #nameOf(server: number): string {
    return `server-${this.gid}-${server}`;
  }

  #start(site: Site): RunningService {
    const { watch, maxRaftState, sessionsMax, settings = {} } = this.#options;
    const storage = new CountedStorage(site.storage);
    const life = watch.watchLife(this.gid, this.#nameOf(site.id), site.onExecuted);
    const options: ShardkvServerOptions = {
      ...site,
      observer: new Observers([snapshotRule(maxRaftState, site), life.observe(site.observer)]),
      callServer: life.send(site.callServer),
      storage,
      shardkv: {
        gid: this.gid,
        ...(sessionsMax !== undefined && { sessions: { sessionsMax } }),
      },
      settings,
      configs: ctrlerClerk(site.clock, site.random.child("configs"), site.callServer),
      ...(maxRaftState !== undefined && { snapshotBytes: maxRaftState }),
      onApplied: (index, stateMachine) => {
        site.onApplied(index, stateMachine);
        life.onApplied(index, stateMachine);
      },
    };
    const planted = site.mistake?.shardkv?.(options) ?? options;
    const server = new ShardkvServer({
      ...planted,
      makeStateMachine: (made) =>
        life.around(planted.makeStateMachine?.(made) ?? new ShardkvStateMachine(made)),
    });
    const { stateMachine } = server;
    this.#sights.set(site.id, { stateMachine, storage, raftStateBytes: site.raftStateBytes });
    return { view: server.replica.view, stop: () => server.stop() };
  }
}
