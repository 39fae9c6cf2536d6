/**
 * What the groups of a store owe each other as things stand: to take a configuration that there is (lab 4, §15 rule 17),
 * to hand a shard on to a group that awaits it (§7 P8), to delete a copy that has arrived (§7 P11). That a group does not
 * owe what it cannot do yet is all that makes this subtle:
 *
 * - who waits for a shard need not go on to the next configuration;
 * - a shard need not be handed on before its receiver has reached the configuration in which it gets it.
 *
 * So whatever does not go on waits for something that is owed here, be it by a group at the far end of a chain.
 */

import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { Group, LeavingShard } from "../../../core/shardkv/mod.ts";

/** Something that is owed. It stays the same thing as long as its `state` does. */
export type Due =
  /** A group is behind the controller. */
  | { readonly kind: "step"; readonly gid: Gid; readonly num: number; readonly state: string }
  /** Copies of shards that one group keeps for another. */
  | {
    readonly kind: "copies";
    readonly gid: Gid;
    readonly to: Gid;
    /** Those that the receiver awaits, and those that it has. */
    readonly awaited: readonly LeavingShard[];
    readonly arrived: readonly LeavingShard[];
    readonly state: string;
  };

/** Finds what is owed. `newestNum` is the controller's newest configuration. */
export function duesOf(groups: readonly Group[], newestNum: number): Due[] {
  const byGid = new Map(groups.map((group) => [group.gid, group]));
  return groups.flatMap((group) => [
    ...stepDue(group, newestNum),
    ...copiesDue(group, byGid),
  ]);
}

function stepDue(group: Group, newestNum: number): Due[] {
  const { gid, config: { num } } = group;
  if (num >= newestNum) return [];
  for (const { kind } of group.shards.values()) if (kind === "arriving") return [];
  return [{ kind: "step", gid, num, state: `${num}` }];
}

function copiesDue(group: Group, byGid: ReadonlyMap<Gid, Group>): Due[] {
  const { gid } = group;
  const dues = new Map<Gid, { awaited: LeavingShard[]; arrived: LeavingShard[]; state: string }>();
  for (const copy of group.leaving) {
    const { num, shard, to } = copy;
    const receiver = byGid.get(to);
    if (receiver === undefined || receiver.config.num < num) continue;
    const due = dues.get(to) ?? { awaited: [], arrived: [], state: "" };
    dues.set(to, due);
    const state = receiver.config.num === num ? receiver.shards.get(shard) : undefined;
    const isAwaited = state?.kind === "arriving";
    (isAwaited ? due.awaited : due.arrived).push(copy);
    due.state += `${num}/${shard}/${isAwaited ? state.received : "all"} `;
  }
  return [...dues].map(([to, due]) => ({ kind: "copies", gid, to, ...due }));
}
