/** All that watches a sharded store from the outside: groups, entries, the controller's configurations. */

import type { LogIndex } from "../../../core/base/durable.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import { ConfigWatch } from "./config_watch.ts";
import { EntryRules, EntryWatch } from "./entry_watch.ts";
import { ShardWatch } from "./shard_watch.ts";

/** See the head of this file. */
export class StoreWatch {
  readonly configs = new ConfigWatch();
  readonly shards: ShardWatch;
  readonly #rules: EntryRules;

  constructor(fail: (error: unknown) => void) {
    this.shards = new ShardWatch(fail);
    this.#rules = new EntryRules(this.shards, this.configs);
  }

  /** Watches one life of a server of a group. */
  watchLife(gid: Gid, server: string): WatchedLife {
    const entries = new EntryWatch(this.#rules, gid, server);
    return {
      around: (machine) => entries.watch(machine),
      onApplied: (index, machine) => {
        entries.onApplied(index);
        this.shards.onApplied(gid, index, machine);
      },
    };
  }
}

/** One life of a server, as it is watched. */
export interface WatchedLife {
  /** Is put between the server and its state. */
  around(machine: ShardkvStateMachine): ShardkvStateMachine;
  /** To be told when the state has become that of entry `index`. */
  onApplied(index: LogIndex, machine: ShardkvStateMachine): void;
}
