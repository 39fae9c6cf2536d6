/** What goes wrong in the shard controller (lab 4A): which configuration follows from which. */

import type { ServerId } from "../../core/base/durable.ts";
import {
  type Change,
  type Config,
  decodeChange,
  encodeChangeResult,
  type Gid,
  nextConfig,
  NO_GROUP,
  rebalance,
  type Refused,
  type ShardctrlerServerOptions,
  ShardctrlerStateMachine,
} from "../../core/shardctrler/mod.ts";
import type { Mistake } from "./mistake.ts";
import { ExecutesDuplicates, ReadsLocalState } from "./services.ts";

/** Finds what follows `config`, wrongly. */
type Next = (config: Config, change: Change, server: ServerId) => readonly Config[] | Refused;

/** Mistakes of the controller. */
export const CONTROLLER_MISTAKES: readonly Mistake[] = [
  {
    name: "rebalancing-in-map-order",
    does: "Ties are resolved by the order of a map, which is another one on every server.",
    breaks: "the next configuration is the same on every replica (lab 4, §2)",
    labs: ["4A"],
    controller: follows((config, change, server) =>
      withShards(config, change, (shards, gids) => inOrderOf(server, shards, gids))
    ),
  },
  {
    name: "rebalancing-not-minimal",
    does: "After every join and leave the shards are dealt out anew, one to each group in turn.",
    breaks: "as few shards as possible change their owner (lab 4, §2)",
    labs: ["4A"],
    controller: follows((config, change) =>
      withShards(
        config,
        change,
        (shards, gids) => shards.map((_, shard) => gids[shard % gids.length] ?? NO_GROUP),
      )
    ),
  },
  {
    name: "new-groups-get-nothing",
    does: "Shards are balanced among the groups that have some already.",
    breaks: "all groups of a configuration count when it is balanced (lab 4, §2)",
    labs: ["4A"],
    controller: follows((config, change) =>
      withShards(config, change, (shards, gids) => {
        const owners = gids.filter((gid) => shards.includes(gid));
        return rebalance(shards, owners.length === 0 ? gids : owners);
      })
    ),
  },
  {
    name: "move-rebalances",
    does: "Behind the move of one shard the others are balanced again.",
    breaks: "a move changes the owner of one shard and nothing else (lab 4, §1.3)",
    labs: ["4A"],
    controller: follows((config, change) => {
      const next = nextConfig(config, change);
      if ("refused" in next || change.kind !== "move") return "refused" in next ? next : [next];
      return [{ ...next, shards: rebalance(next.shards, [...next.groups.keys()]) }];
    }),
  },
  {
    name: "configuration-for-each-group",
    does: "A join or leave of several groups makes as many configurations.",
    breaks: "a join or leave leads to one new configuration (lab 4, §1.3)",
    labs: ["4A"],
    controller: follows((config, change) => oneByOne(config, change)),
  },
  {
    name: "controller-executes-duplicates",
    does: "The controller carries out a join, leave or move as often as it stands in its log.",
    breaks: "a request that was carried out already is answered, not repeated (Raft §8)",
    labs: ["4B"],
    controller: (options) => ({
      ...options,
      makeExactlyOnce: (machine) => new ExecutesDuplicates(machine),
    }),
  },
  {
    name: "configurations-share-groups",
    does: "All configurations have one and the same map of groups, which every change changes.",
    breaks: "a configuration never changes once it is made (lab 4, §1.3)",
    labs: ["4A"],
    controller: follows((config, change) => {
      const next = nextConfig(config, change);
      if ("refused" in next) return next;
      const shared = config.groups as Map<Gid, readonly string[]>;
      shared.clear();
      for (const [gid, servers] of next.groups) shared.set(gid, servers);
      return [{ ...next, groups: shared }];
    }),
  },
  {
    name: "last-leave-keeps-owners",
    does: "When the last group leaves, its shards stay with it.",
    breaks: "without groups every shard belongs to group 0 (lab 4, §1.3)",
    labs: ["4A"],
    controller: follows((config, change) =>
      withShards(
        config,
        change,
        (shards, gids) => gids.length === 0 ? shards : rebalance(shards, gids),
      )
    ),
  },
  {
    name: "configuration-from-local-state",
    does: "Every server of the controller answers with the newest configuration that it knows of.",
    breaks: "a query reflects every change that was answered before it (lab 4, §1.3)",
    labs: ["4A"],
    controller: (options) => ({
      ...options,
      makeReplica: (replica) => new ReadsLocalState(replica),
    }),
  },
];

/** A controller whose changes lead elsewhere. */
function follows(next: Next): (options: ShardctrlerServerOptions) => ShardctrlerServerOptions {
  return (options) => ({
    ...options,
    makeStateMachine: (shardCount) => new WrongTurn(shardCount, options.id, next),
  });
}

class WrongTurn extends ShardctrlerStateMachine {
  readonly #server: ServerId;
  readonly #next: Next;

  constructor(shardCount: number, server: ServerId, next: Next) {
    super(shardCount);
    this.#server = server;
    this.#next = next;
  }

  override apply(command: Uint8Array): Uint8Array {
    const next = this.#next(this.newest, decodeChange(command), this.#server);
    if ("refused" in next) {
      return encodeChangeResult({ kind: "refused", num: this.newest.num, reason: next.refused });
    }
    (this.history as Config[]).push(...next);
    return encodeChangeResult({ kind: "changed", num: this.newest.num });
  }
}

/** The right configuration, but after a join or leave its shards are dealt out as `deal` says. */
function withShards(
  config: Config,
  change: Change,
  deal: (shards: readonly Gid[], gids: readonly Gid[]) => readonly Gid[],
): readonly Config[] | Refused {
  const next = nextConfig(config, change);
  if ("refused" in next) return next;
  if (change.kind === "move") return [next];
  return [{ ...next, shards: deal(config.shards, [...next.groups.keys()]) }];
}

/** Rebalances as if the groups had other numbers, which no two servers agree on. */
function inOrderOf(server: ServerId, shards: readonly Gid[], gids: readonly Gid[]): Gid[] {
  const order = [...gids.slice(server % gids.length), ...gids.slice(0, server % gids.length)];
  const numbers = new Map(order.map((gid, place) => [gid, place + 1]));
  const owners = rebalance(shards.map((gid) => numbers.get(gid) ?? NO_GROUP), [
    ...numbers.values(),
  ]);
  return owners.map((number) => order[number - 1] ?? NO_GROUP);
}

function oneByOne(config: Config, change: Change): readonly Config[] | Refused {
  const changes: readonly Change[] = change.kind === "join"
    ? [...change.groups].map((group) => ({ kind: "join", groups: new Map([group]) }))
    : change.kind === "leave"
    ? change.gids.map((gid) => ({ kind: "leave", gids: [gid] }))
    : [change];
  const made: Config[] = [];
  for (const each of changes) {
    const next = nextConfig(made.at(-1) ?? config, each);
    if (!("refused" in next)) made.push(next);
  }
  return made.length > 0 ? made : { refused: "no part of it can be done" };
}
