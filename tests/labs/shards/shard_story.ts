/** What becomes of the shards, for who reads the trace: which configuration each group is at, and what it serves. */

import type { TraceEvent } from "../../../core/base/ports.ts";
import type { Gid } from "../../../core/shardctrler/mod.ts";
import type { World } from "../harness/world.ts";

/** What is told of a group: its configuration, and the shards that it serves. */
export interface ShardsOfGroup {
  readonly num: number;
  readonly serving: { keys(): Iterable<number> };
}

/** Is told of a group when its shards may have changed: how it was before, and how it is now. */
export type TellShards = (
  gid: Gid,
  before: ShardsOfGroup | undefined,
  now: ShardsOfGroup,
) => void;

/** Enters what changes into the trace of a world; nothing, if nobody reads that. */
export function tellShards({ trace, clock }: Pick<World, "trace" | "clock">): TellShards {
  if (!trace.enabled) return () => {};
  const tell = (what: string, fields: NonNullable<TraceEvent["fields"]>) => {
    const at = clock.now();
    trace.emit({ at, server: undefined, term: undefined, topic: "shard", what, fields });
  };
  return (gid, before, now) => {
    const [had, has] = [before, now].map((each) => new Set(each?.serving.keys())) as [
      Set<number>,
      Set<number>,
    ];
    const lost = had.difference(has);
    const gained = has.difference(had);
    if (now.num !== (before?.num ?? 0)) tell("takes a configuration", { group: gid, num: now.num });
    if (lost.size > 0) tell("serves no more", { group: gid, shards: listOf(lost) });
    if (gained.size > 0) tell("begins to serve", { group: gid, shards: listOf(gained) });
  };
}

function listOf(shards: ReadonlySet<number>): string {
  return [...shards].sort((a, b) => a - b).join(",");
}
