/**
 * Watches all groups of a test. Of each group it knows the furthest state that any of its servers has ever reached, so
 * a server that lags behind, or starts again, does not count. At every entry it holds:
 *
 * - no shard is served by two groups, in one configuration or in several;
 * - a shard that a group has had does not get lost: some group serves it, waits with a part of it, or keeps a copy.
 */

import { type LogIndex, logIndex } from "../../../core/base/durable.ts";
import { InvariantError } from "../../../core/base/errors.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group, ShardkvStateMachine } from "../../../core/shardkv/mod.ts";
import type { TellShards } from "./shard_story.ts";

/** The furthest state of a group. */
interface Frontier {
  index: LogIndex;
  /** Whose state it is, and its count of what changes more than values. */
  readonly machine: ShardkvStateMachine;
  readonly version: number;
  readonly group: Group;
  readonly num: number;
  /** The shards that it serves, and the configuration in which it began to. */
  readonly serving: ReadonlyMap<number, number>;
  /** The shards of which the group has all data. */
  readonly holding: ReadonlySet<number>;
}

/** See the head of this file. */
export class ShardWatch {
  readonly #frontiers = new Map<Gid, Frontier>();
  readonly #fail: (error: unknown) => void;
  readonly #tell: TellShards;
  /** How often a shard has begun to be served. */
  #arrivals = 0;

  constructor(fail: (error: unknown) => void, tell: TellShards = () => {}) {
    this.#fail = fail;
    this.#tell = tell;
  }

  /** How often any group has begun to serve a shard. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The last entry that any server of a group has carried out. */
  reached(gid: Gid): LogIndex {
    return this.#frontiers.get(gid)?.index ?? logIndex(0);
  }

  /** A group, as it is on the server that has got furthest. */
  groupOf(gid: Gid): Group | undefined {
    return this.#frontiers.get(gid)?.group;
  }

  /** In which configuration a group began to serve a shard that it serves. */
  servedSince(gid: Gid, shard: number): number | undefined {
    return this.#frontiers.get(gid)?.serving.get(shard);
  }

  /** A server of a group has the state of entry `index`. */
  onApplied(gid: Gid, index: LogIndex, machine: ShardkvStateMachine): void {
    const before = this.#frontiers.get(gid);
    if (before !== undefined && index <= before.index) return;
    const { version, group } = machine;
    if (before?.machine === machine && before.version === version) {
      before.index = index;
      return;
    }
    const { num } = group.config;
    const serving = new Map<number, number>();
    const holding = new Set<number>();
    for (const [shard, { kind }] of group.shards) {
      if (kind === "serving") serving.set(shard, before?.serving.get(shard) ?? num);
      if (kind !== "arriving") holding.add(shard);
    }
    for (const { shard } of group.leaving) holding.add(shard);
    const now = { index, machine, version, group, num, serving, holding };
    this.#frontiers.set(gid, now);
    this.#tell(gid, before, now);
    for (const shard of serving.keys()) {
      if (!before?.serving.has(shard)) this.#checkAlone(shard, gid);
    }
    for (const shard of before?.holding ?? []) if (!holding.has(shard)) this.#checkHeld(shard, gid);
  }

  #checkAlone(shard: number, gid: Gid): void {
    this.#arrivals++;
    for (const [other, { serving, num }] of this.#frontiers) {
      if (other === gid || !serving.has(shard)) continue;
      this.#report(
        "ShardExclusion",
        `group ${gid} begins to serve shard ${shard} in configuration ` +
          `${this.#frontiers.get(gid)?.num} while group ${other} serves it in ${num}`,
      );
    }
  }

  #checkHeld(shard: number, gid: Gid): void {
    for (const { holding } of this.#frontiers.values()) if (holding.has(shard)) return;
    this.#report(
      "ShardDurability",
      `group ${gid} drops shard ${shard} by entry ${this.reached(gid)}, and had the last copy: ` +
        `no group has all of it now`,
    );
  }

  #report(property: string, detail: string): void {
    this.#fail(new InvariantError(property, detail));
  }
}
