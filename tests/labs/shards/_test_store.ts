/** Groups without Raft for the tests of watches: each has one server, which carries out what it is told, or wrongly. */

import { logIndex, serverId } from "../../../core/base/durable.ts";
import { configOf, step } from "../../../core/shardkv/_test_groups.ts";
import type { Config, Gid } from "../../../core/shardctrler/mod.ts";
import { type ShardkvServerOptions, ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import { mistakeNamed } from "../../bugs/mod.ts";
import { ExecutionLedger } from "../services/execution_ledger.ts";
import { EntryRules, EntryWatch } from "./entry_watch.ts";
import { ShardWatch } from "./shard_watch.ts";

/** Of two shards, the first byte of a key decides: "2" is in shard 0, "3" in shard 1. */
const keyToShard = (key: Uint8Array, shardCount: number) => (key[0] ?? 0) % shardCount;

/** Two groups and the watches around them. */
export class TestStore {
  readonly a: ShardkvStateMachine;
  readonly b: ShardkvStateMachine;
  readonly shards = new ShardWatch((error) => {
    throw error;
  });
  readonly executions = new ExecutionLedger();
  readonly configs: readonly Config[];
  readonly #rules: EntryRules;
  readonly #mistake: string | undefined;

  /** `owners` are those of the shards in configuration 1, 2 and so on. */
  constructor(owners: readonly (readonly Gid[])[], mistake?: string) {
    this.configs = [[0, 0], ...owners].map((shards, num) => configOf(num, shards));
    const configs = { at: (num: number) => this.configs[num], newestNum: owners.length };
    this.#rules = new EntryRules(this.shards, configs);
    this.#mistake = mistake;
    this.a = this.start(1);
    this.b = this.start(2);
  }

  /** Starts a server of a group. Its entries count from 1. */
  start(gid: Gid): ShardkvStateMachine {
    const shardkv = { gid, shardCount: 2, keyToShard };
    const right = { shardkv } as ShardkvServerOptions;
    const options = this.#mistake === undefined
      ? right
      : mistakeNamed(this.#mistake).shardkv!(right);
    const machine = options.makeStateMachine?.(options.shardkv) ??
      new ShardkvStateMachine(options.shardkv);
    const cluster = `group ${gid}`;
    const watch = new EntryWatch(
      this.#rules,
      gid,
      `server-${gid}`,
      (command, index) => this.executions.record(command, { cluster, server: serverId(0), index }),
    );
    watch.watch(machine);
    this.#countEntries(machine, watch, gid);
    return machine;
  }

  /** Has groups take a configuration. */
  step(num: number, ...groups: readonly ShardkvStateMachine[]): void {
    for (const group of groups) step(group, this.configs[num]!);
  }

  /** Those who tell a group what to do here know nothing of indexes. */
  #countEntries(machine: ShardkvStateMachine, watch: EntryWatch, gid: Gid): void {
    const { apply, restore } = machine;
    let index = 0;
    machine.apply = (bytes) => {
      const answer = apply(bytes, logIndex(++index));
      watch.onApplied(logIndex(index));
      this.shards.onApplied(gid, logIndex(index), machine);
      return answer;
    };
    machine.restore = (data) => {
      restore(data);
      index = this.shards.reached(gid);
      watch.onApplied(logIndex(index));
    };
  }
}
