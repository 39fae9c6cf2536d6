/** All that watches a sharded store from the outside: groups, entries, the controller's configurations. */

import type { LogIndex } from "../../../core/base/durable.ts";
import type { RaftObserver } from "../../../core/raft/view.ts";
import { Observers } from "../../../core/sim/checkers/mod.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { CallServer, Group, ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import { ExecutionLedger } from "../services/execution_ledger.ts";
import { ConfigWatch } from "./config_watch.ts";
import { EntryRules, EntryWatch, type OnExecuted } from "./entry_watch.ts";
import { ProgressWatch, type WatchedCluster } from "./progress_watch.ts";
import type { TellShards } from "./shard_story.ts";
import { ShardWatch } from "./shard_watch.ts";

/** See the head of this file. */
export class StoreWatch {
  readonly configs = new ConfigWatch();
  /** Of all groups: a command that one has carried out may come to another. */
  readonly executions = new ExecutionLedger();
  readonly shards: ShardWatch;
  readonly #rules: EntryRules;
  readonly #progress: ProgressWatch;
  readonly #clusters = new Map<Gid, WatchedCluster>();
  #ctrlers: WatchedCluster | undefined;

  /** What is found goes to `fail`; `tell` hears what becomes of the shards. */
  constructor(fail: (error: unknown) => void, tell?: TellShards) {
    this.shards = new ShardWatch(fail, tell);
    this.#rules = new EntryRules(this.shards, this.configs);
    this.#progress = new ProgressWatch({
      groups: () => this.#groups(),
      newestNum: () => this.configs.newestNum,
      clusterOf: (gid) => this.#clusters.get(gid),
      ctrlers: () => this.#ctrlers,
    });
  }

  /** Makes known who can be hindered: the controller, or the servers of a group. */
  know(cluster: WatchedCluster, gid?: Gid): void {
    if (gid === undefined) this.#ctrlers = cluster;
    else this.#clusters.set(gid, cluster);
  }

  /** What groups have still to do, in words. */
  owed(): string[] {
    return this.#progress.owed();
  }

  /** Watches one life of a server of a group; `onExecuted` is told of each command that is carried out. */
  watchLife(gid: Gid, server: string, onExecuted: OnExecuted): WatchedLife {
    const entries = new EntryWatch(this.#rules, gid, server, onExecuted);
    const { observer, offers } = this.#progress;
    return {
      observe: (raft) => new Observers([raft, observer]),
      send: (call) => offers.around(gid, call),
      around: (machine) => entries.watch(machine),
      onApplied: (index, machine) => {
        entries.onApplied(index);
        this.shards.onApplied(gid, index, machine);
      },
    };
  }

  #groups(): Group[] {
    return [...this.#clusters.keys()].flatMap((gid) => this.shards.groupOf(gid) ?? []);
  }
}

/** One life of a server, as it is watched. */
export interface WatchedLife {
  /** Observes the server's Raft as well. */
  observe(raft: RaftObserver): RaftObserver;
  /** Is put into the server's way to other groups. */
  send(call: CallServer): CallServer;
  /** Is put between the server and its state. */
  around(machine: ShardkvStateMachine): ShardkvStateMachine;
  /** To be told when the state has become that of entry `index`. */
  onApplied(index: LogIndex, machine: ShardkvStateMachine): void;
}
