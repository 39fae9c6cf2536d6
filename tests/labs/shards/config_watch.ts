/**
 * Watches the controller's servers: what follows from a change is one configuration, right in itself, and the same
 * wherever the change is carried out (lab 4, §1.3 and §2).
 */

import { equalBytes } from "../../../core/base/bytes.ts";
import type { ServerId } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import {
  type Config,
  encodeConfig,
  firstConfig,
  type Gid,
  movesBetween,
  NO_GROUP,
  SHARDCTRLER_SERVICE,
  ShardctrlerServer,
  type ShardctrlerServerOptions,
  type ShardctrlerStateMachine,
} from "../../../core/shardctrler/mod.ts";
import { ExactlyOnce } from "../../../core/rsm/exactly_once.ts";
import { Replica } from "../../../core/rsm/replica.ts";
import { ExecutionWatch } from "../services/execution_watch.ts";
import type { AskedService } from "../services/service_cluster.ts";
import type { RunningService, Site } from "../services/site.ts";

/** A configuration, and the server that made it first. */
interface Sighting {
  readonly config: Config;
  readonly bytes: Uint8Array;
  readonly server: ServerId;
}

/** Knows every configuration that any of the servers has made. */
export class ConfigWatch {
  readonly #sightings: Sighting[] = [];
  /** How many configurations a server's present life has made. */
  readonly #seen = new WeakMap<ShardctrlerStateMachine, number>();

  /** The newest configuration that any server has made; 0 if there was no change yet. */
  get newestNum(): number {
    return Math.max(0, this.#sightings.length - 1);
  }

  /** A configuration as the first server made it. */
  at(num: number): Config | undefined {
    return this.#sightings[num]?.config;
  }

  /**
   * A server has carried out one more change.
   *
   * @throws {InvariantError} If what it made of it cannot be right.
   */
  onApplied(server: ServerId, stateMachine: ShardctrlerStateMachine): void {
    // The controllers of tests take no snapshots, so every configuration comes by an entry.
    const { history } = stateMachine;
    const seen = this.#seen.get(stateMachine) ?? 1;
    this.#seen.set(stateMachine, history.length);
    invariant(
      history.length <= seen + 1,
      "OneConfigPerChange",
      () => `server ${server} makes configurations ${seen} to ${history.length - 1} of one change`,
    );
    for (const [num, config] of history.entries()) {
      if (num >= seen) this.#onMade(server, config, history[num - 1]!);
    }
  }

  #onMade(server: ServerId, config: Config, before: Config): void {
    this.#checkUnchanged(server, before, config.num);
    const bytes = encodeConfig(config);
    const first = this.#sightings[config.num];
    if (first !== undefined) {
      invariant(
        equalBytes(first.bytes, bytes),
        "ConfigAgreement",
        () =>
          `configuration ${config.num} is [${first.config.shards}] on server ${first.server}, ` +
          `[${config.shards}] on server ${server}`,
      );
      return;
    }
    this.#sightings[config.num] = sightingOf(server, config);
    checkOwners(config);
    if (equalGroups(before, config)) checkMove(before, config);
    else checkRebalanced(before, config);
  }

  /** What a server makes the next configuration of is still what it was when it was made itself. */
  #checkUnchanged(server: ServerId, config: Config, next: number): void {
    const { num } = config;
    if (num === 0) this.#sightings[0] ??= sightingOf(server, firstConfig(config.shards.length));
    const made = this.#sightings[num];
    invariant(
      made === undefined || equalBytes(made.bytes, encodeConfig(config)),
      "ConfigsNeverChange",
      () =>
        `configuration ${num} was ${wordsOf(made!)} when it was made, and is ` +
        `${wordsOf(sightingOf(server, config))} on server ${server} when it makes ${next}`,
    );
  }
}

/** A configuration may be changed afterwards by a server that is wrong; what stands here may not. */
function sightingOf(server: ServerId, config: Config): Sighting {
  const { num, shards, groups } = config;
  const bytes = encodeConfig(config);
  return { server, bytes, config: { num, shards: [...shards], groups: new Map(groups) } };
}

function wordsOf({ config: { shards, groups } }: Sighting): string {
  return `[${shards}] of groups ${[...groups.keys()].join(", ") || "none"}`;
}

/** What clerks ask of the controller. */
export const CTRLER_ASKED: AskedService = { service: SHARDCTRLER_SERVICE };

/** Starts a server of the controller that `watch` watches, and that tells what it carries out. */
export function startWatched(
  site: Site,
  watch: ConfigWatch,
): RunningService & { readonly stateMachine: ShardctrlerStateMachine } {
  const options: ShardctrlerServerOptions = site.mistake?.controller?.(site) ?? site;
  const {
    makeExactlyOnce = (machine) => new ExactlyOnce(machine),
    makeReplica = (replica) => new Replica(replica),
  } = options;
  const executions = new ExecutionWatch(site.onExecuted);
  const server: ShardctrlerServer = new ShardctrlerServer({
    ...options,
    makeExactlyOnce: (machine) => makeExactlyOnce(executions.inside(machine)),
    makeReplica: (replica) =>
      makeReplica({ ...replica, stateMachine: executions.around(replica.stateMachine) }),
    onApplied: (index, exactlyOnce) => {
      watch.onApplied(site.id, server.stateMachine);
      site.onApplied(index, exactlyOnce);
    },
  });
  const { replica: { view }, stateMachine } = server;
  return { view, stateMachine, stop: () => server.stop() };
}

function equalGroups({ groups: before }: Config, { groups: after }: Config): boolean {
  return before.size === after.size && [...before.keys()].every((gid) => after.has(gid));
}

function checkOwners({ num, shards, groups }: Config): void {
  for (const [shard, gid] of shards.entries()) {
    invariant(
      groups.size === 0 ? gid === NO_GROUP : groups.has(gid),
      "ShardsHaveOwners",
      () =>
        `configuration ${num} gives shard ${shard} to group ${gid}; its groups are ` +
        `${[...groups.keys()].join(", ") || "none"}`,
    );
  }
}

function checkMove(before: Config, after: Config): void {
  const moved = movesBetween(before, after).map(({ shard }) => shard);
  invariant(
    moved.length <= 1,
    "MoveMovesOneShard",
    () =>
      `configurations ${before.num} and ${after.num} have the same groups, and shards ${moved} ` +
      `have moved between them`,
  );
}

/** No other configuration that is balanced has fewer shards moved. */
function checkRebalanced(before: Config, after: Config): void {
  const counts = countsOf(after, after.shards);
  if (counts.length === 0) return;
  invariant(
    counts[0]! - counts.at(-1)! <= 1,
    "ShardsAreBalanced",
    () =>
      `in configuration ${after.num} one group has ${counts[0]} shards, another ${counts.at(-1)}`,
  );
  // The larger shares belong to those who had most: both lists are in descending order.
  const kept = countsOf(after, before.shards)
    .reduce((sum, had, place) => sum + Math.min(had, counts[place]!), 0);
  const moved = movesBetween(before, after).length;
  const needed = after.shards.length - kept;
  invariant(
    moved === needed,
    "FewestShardsMove",
    () =>
      `${moved} shards move from configuration ${before.num}, [${before.shards}], to ` +
      `${after.num}, [${after.shards}]; ${needed} would do`,
  );
}

/** How many of the shards each group of `config` has, the largest number first. */
function countsOf({ groups }: Config, shards: readonly Gid[]): number[] {
  const counts = new Map([...groups.keys()].map((gid) => [gid, 0]));
  for (const gid of shards) {
    const count = counts.get(gid);
    if (count !== undefined) counts.set(gid, count + 1);
  }
  return [...counts.values()].sort((a, b) => b - a);
}
