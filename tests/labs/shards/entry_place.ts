/** Where an entry of a group's log was carried out, and what the group has of a shard, in words. */

import type { LogIndex } from "../../../core/base/durable.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group } from "../../../core/shardkv/mod.ts";

/** An entry on one server of a group. */
export interface EntryPlace {
  readonly gid: Gid;
  /** As configurations name it. */
  readonly server: string;
  readonly index: LogIndex;
}

/** Says what a group has of a shard. */
export function holdingOf(group: Group, shard: number): string {
  const state = group.shards.get(shard);
  if (state?.kind === "arriving") {
    return `waits for it, with ${state.received} items of it from group ${state.from} so far`;
  }
  if (state?.kind === "parked") return "keeps it for nobody";
  if (state?.kind === "serving") return "has it";
  const copy = [...group.leaving].findLast((copy) => copy.shard === shard);
  if (copy === undefined) return "has nothing of it";
  return `has a frozen copy of it, which it lost in configuration ${copy.num} to group ${copy.to}`;
}

/** The shards that a group waits for, in words; `undefined` if there are none. */
export function awaitedBy(group: Group): string | undefined {
  const awaited = new Map<Gid, number[]>();
  for (const [shard, state] of group.shards) {
    if (state.kind !== "arriving") continue;
    awaited.set(state.from, [...awaited.get(state.from) ?? [], shard]);
  }
  if (awaited.size === 0) return undefined;
  return [...awaited]
    .map(([from, shards]) => `${shardsInWords(shards)} of group ${from}`)
    .join(" and ");
}

/** Names one or several shards. */
export function shardsInWords(shards: readonly number[]): string {
  return `${shards.length === 1 ? "shard" : "shards"} ${shards.join(", ")}`;
}
