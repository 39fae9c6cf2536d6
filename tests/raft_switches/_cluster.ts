/**
 * Raft servers on simulated networks and disks, each with a state machine that remembers all commands. Everything
 * can be cut, killed and started again; every step is checked against Figure 3.
 */

import assert from "node:assert/strict";
import { type LogIndex, type ServerId, serverId } from "../../core/base/durable.ts";
import type { Applied, Proposed, RaftOptions, RaftView } from "../../core/raft/mod.ts";
import { RaftNode, SERVER_OPTIONS } from "../../core/raft/mod.ts";
import { figure3Checkers } from "../../core/sim/checkers/mod.ts";
import { type DiskOptions, SimDisk } from "../../core/sim/disk.ts";
import {
  Incarnation,
  SimNetwork,
  SimServer,
  SimTransport,
  Simulation,
} from "../../core/sim/mod.ts";
import { SimStorage } from "../../core/sim/storage.ts";
import type { RaftObserver } from "../../core/raft/mod.ts";

/** A state machine makes a snapshot when that many commands came since the last one. */
const SNAPSHOT_EVERY = 15;

/** A server that is up. */
export interface Up {
  readonly node: RaftNode;
  readonly incarnation: Incarnation;
  /** The state machine's state: all commands, in order. */
  commands: string[];
}

/** What a cluster is made of. */
export interface ClusterOptions {
  readonly size: number;
  readonly raft: Partial<RaftOptions>;
  readonly disk?: DiskOptions;
}

/** A cluster of servers, numbered from 0. All are up and connected at first. */
export class Cluster {
  readonly simulation: Simulation;
  readonly network: SimNetwork;
  readonly ids: readonly ServerId[];
  /** The highest index that any server has applied; clients may have been told of everything up to it. */
  appliedAnywhere = 0;
  readonly #options: ClusterOptions;
  readonly #disks: readonly SimDisk[];
  readonly #up: (Up | undefined)[] = [];
  readonly #lives: number[] = [];
  readonly #observer: RaftObserver;
  /** The groups of servers that reach each other; one group when the network is whole. */
  #groups: readonly (readonly number[])[];

  constructor(simulation: Simulation, options: ClusterOptions) {
    this.simulation = simulation;
    this.#options = options;
    this.network = new SimNetwork(simulation);
    this.ids = Array.from({ length: options.size }, (_, id) => serverId(id));
    this.#groups = [this.ids];
    this.#observer = figure3Checkers((error) => simulation.fail(error));
    this.#disks = this.ids.map((id) => new SimDisk(simulation, { ...options.disk, name: id }));
    for (const id of this.ids) this.start(id);
  }

  /** A server, or nothing if it is down. */
  at(id: number): Up | undefined {
    return this.#up[id];
  }

  /** All servers that are up. */
  get up(): Up[] {
    return this.#up.filter((up) => up !== undefined);
  }

  /** The servers that call themselves leader, the newest term first. */
  get leaders(): Up[] {
    return this.up.filter(({ node }) => node.view.role === "leader")
      .sort((a, b) => b.node.view.currentTerm - a.node.view.currentTerm);
  }

  /** Starts a server that is down, from what its disk holds. */
  start(id: ServerId): void {
    assert.equal(this.#up[id], undefined, `server ${id} is down`);
    const life = this.#lives[id] = (this.#lives[id] ?? 0) + 1;
    const door = new SimServer();
    const ends = this.ids.map((to) => {
      const end = this.network.makeEnd(endName(id, life, to), id);
      this.network.connect(end.name, to);
      return end;
    });
    const storage = new SimStorage(this.#disks[id]!);
    const { snapshot } = storage.load();
    const incarnation = new Incarnation(
      this.simulation.clock,
      new SimTransport(ends, door),
      storage,
    );
    const node = new RaftNode({
      id,
      servers: this.ids,
      options: { ...SERVER_OPTIONS, ...this.#options.raft },
      clock: incarnation.clock,
      random: this.simulation.random.child(`server/${id}/${life}`),
      transport: incarnation.transport,
      storage: incarnation.storage,
      observer: this.#observer,
      apply: (applied) => this.#apply(id, applied),
    });
    this.#up[id] = { node, incarnation, commands: snapshot ? decode(snapshot.data) : [] };
    this.network.addServer(id, door);
    this.#connect();
  }

  /** Kills a server. If its machine lost power as well, what its disk had not synced is gone, wholly or in part. */
  crash(id: ServerId, powerLoss: boolean): void {
    const up = this.#up[id];
    if (up === undefined) return;
    up.node.stop();
    up.incarnation.kill();
    this.#up[id] = undefined;
    this.network.deleteServer(id);
    if (powerLoss) this.#disks[id]!.crash();
  }

  /** Lets servers reach each other within these groups only. */
  split(groups: readonly (readonly number[])[]): void {
    this.#groups = groups;
    this.#connect();
  }

  /** Makes the network whole. */
  join(): void {
    this.split([this.ids]);
  }

  /** Offers a command to a server. */
  propose(up: Up, command: string): Proposed | undefined {
    return up.node.propose(new TextEncoder().encode(command));
  }

  #connect(): void {
    for (const from of this.ids) {
      if (this.#up[from] === undefined) continue;
      for (const to of this.ids) {
        const reaches = this.#groups.some((group) => group.includes(from) && group.includes(to));
        this.network.enable(endName(from, this.#lives[from]!, to), reaches);
      }
    }
  }

  #apply(id: ServerId, applied: Applied): void {
    const up = this.#up[id]!;
    const index = applied.kind === "entry"
      ? applied.entry.index
      : applied.snapshot.lastIncludedIndex;
    if (applied.kind === "snapshot") up.commands = decode(applied.snapshot.data);
    else if (applied.entry.kind === "command") {
      up.commands.push(new TextDecoder().decode(applied.entry.command));
    }
    this.appliedAnywhere = Math.max(this.appliedAnywhere, index);
    this.#maybeCompact(up, index);
  }

  #maybeCompact({ node, commands }: Up, index: LogIndex): void {
    if (index - node.view.log.lastIncludedIndex < SNAPSHOT_EVERY) return;
    node.compact(index, new TextEncoder().encode(JSON.stringify(commands)));
  }
}

/** Says whether all servers have applied the same, up to the same index. */
export function agree(views: readonly RaftView[]): boolean {
  const [first] = views;
  return views.every(({ lastApplied, log }) =>
    lastApplied === first!.lastApplied && log.lastIndex === first!.log.lastIndex &&
    lastApplied === log.lastIndex
  );
}

function decode(data: Uint8Array): string[] {
  return JSON.parse(new TextDecoder().decode(data)) as string[];
}

function endName(from: number, life: number, to: number): string {
  return `${from}.${life}-${to}`;
}
