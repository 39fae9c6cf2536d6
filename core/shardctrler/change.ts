/** What an administrator may do to a configuration, and the configuration that follows from it. */

import { type Config, type Gid, NO_GROUP, sortedGroups } from "./config.ts";
import { rebalance } from "./rebalance.ts";

/** One change. All of it leads to one new configuration, or to none. */
export type Change =
  /** New groups with their servers; those that are there already stay as they are. */
  | { readonly kind: "join"; readonly groups: ReadonlyMap<Gid, readonly string[]> }
  /** Groups that give their shards to the others; those that are not there are passed over. */
  | { readonly kind: "leave"; readonly gids: readonly Gid[] }
  /** One shard to one group. Nothing else moves, and the next join or leave may move it again. */
  | { readonly kind: "move"; readonly shard: number; readonly gid: Gid };

/** A change that leads nowhere, because no part of it can be done. */
export interface Refused {
  readonly refused: string;
}

/** Returns the configuration behind `config`, which shares nothing with it that could be changed. */
export function nextConfig(config: Config, change: Change): Config | Refused {
  switch (change.kind) {
    case "join":
      return join(config, change.groups);
    case "leave":
      return leave(config, change.gids);
    case "move":
      return move(config, change.shard, change.gid);
  }
}

function join(config: Config, joining: ReadonlyMap<Gid, readonly string[]>): Config | Refused {
  const fresh = [...joining].filter(([gid]) => gid !== NO_GROUP && !config.groups.has(gid));
  if (fresh.length === 0) {
    return { refused: `no new group among ${list(joining.keys())}` };
  }
  const copies = fresh.map(([gid, servers]) => [gid, [...servers]] as const);
  return withGroups(config, new Map([...config.groups, ...copies]));
}

function leave(config: Config, gids: readonly Gid[]): Config | Refused {
  if (!gids.some((gid) => config.groups.has(gid))) {
    return { refused: `no group of the configuration among ${list(gids)}` };
  }
  const staying = [...config.groups].filter(([gid]) => !gids.includes(gid));
  return withGroups(config, new Map(staying));
}

function move(config: Config, shard: number, gid: Gid): Config | Refused {
  if (shard >= config.shards.length) {
    return { refused: `no shard ${shard}: there are ${config.shards.length}, from 0` };
  }
  if (!config.groups.has(gid)) return { refused: `no group ${gid} in the configuration` };
  return { ...config, num: config.num + 1, shards: config.shards.with(shard, gid) };
}

function withGroups(config: Config, groups: ReadonlyMap<Gid, readonly string[]>): Config {
  return {
    num: config.num + 1,
    shards: rebalance(config.shards, [...groups.keys()]),
    groups: new Map(sortedGroups(groups)),
  };
}

function list(gids: Iterable<Gid>): string {
  return [...gids].join(", ") || "none";
}
