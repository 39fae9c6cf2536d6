/**
 * Replicas of the key/value store on simulated networks and disks, and clerks that ask them. Everything can be cut,
 * killed and started again; every step is checked against Figure 3, and the states of all replicas against each other.
 */

import assert from "node:assert/strict";
import { equalBytes } from "../../core/base/bytes.ts";
import { type LogIndex, type ServerId, serverId } from "../../core/base/durable.ts";
import { type Millis, ms } from "../../core/base/units.ts";
import { KvStateMachine } from "../../core/kv/mod.ts";
import type { RaftObserver, RaftOptions } from "../../core/raft/mod.ts";
import {
  Clerk,
  type ClerkOptions,
  ExactlyOnce,
  finishCapture,
  Replica,
  serveReplica,
  type SessionLimits,
} from "../../core/rsm/mod.ts";
import { figure3Checkers } from "../../core/sim/checkers/mod.ts";
import {
  type DiskOptions,
  Incarnation,
  SimDisk,
  SimNetwork,
  SimServer,
  SimStorage,
  SimTransport,
  Simulation,
} from "../../core/sim/mod.ts";

const SERVICE = "Kv";

/** How long a clerk waits for an answer. */
export const CALL_TIMEOUT = ms(150);

/** What a cluster is made of. */
export interface ReplicasOptions {
  readonly size: number;
  readonly raft: RaftOptions;
  readonly sessions: SessionLimits;
  readonly snapshotBytes: number | undefined;
  readonly capture: "at once" | "in turns";
  readonly logReads: boolean;
  readonly disk: DiskOptions;
}

/** A replica that is up. */
export interface Up {
  readonly replica: Replica;
  readonly machine: ExactlyOnce;
  readonly incarnation: Incarnation;
}

/** A cluster of replicas, numbered from 0. All are up and connected at first. */
export class Replicas {
  readonly simulation: Simulation;
  readonly network: SimNetwork;
  readonly ids: readonly ServerId[];
  /** The most that ever waited at one replica, and the most sessions that one ever had. */
  waitingMax = 0;
  sessionsMax = 0;
  statesCompared = 0;
  readonly #options: ReplicasOptions;
  readonly #disks: readonly SimDisk[];
  readonly #up: (Up | undefined)[] = [];
  readonly #lives: number[] = [];
  readonly #observer: RaftObserver;
  readonly #states = new Map<LogIndex, Uint8Array>();
  #groups: readonly (readonly number[])[];
  #clerks = 0;

  constructor(simulation: Simulation, options: ReplicasOptions) {
    this.simulation = simulation;
    this.#options = options;
    this.network = new SimNetwork(simulation);
    this.ids = Array.from({ length: options.size }, (_, id) => serverId(id));
    this.#groups = [this.ids];
    this.#observer = figure3Checkers((error) => simulation.fail(error));
    this.#disks = this.ids.map((id) => new SimDisk(simulation, { ...options.disk, name: id }));
    for (const id of this.ids) this.start(id);
  }

  /** A replica, or nothing if it is down. */
  at(id: number): Up | undefined {
    return this.#up[id];
  }

  /** All replicas that are up. */
  get up(): Up[] {
    return this.#up.filter((up) => up !== undefined);
  }

  /** Starts a replica that is down, from what its disk holds. */
  start(id: ServerId): void {
    assert.equal(this.#up[id], undefined, `replica ${id} is down`);
    const life = this.#lives[id] = (this.#lives[id] ?? 0) + 1;
    const door = new SimServer();
    const ends = this.ids.map((to) => {
      const end = this.network.makeEnd(endName(id, life, to), id);
      this.network.connect(end.name, to);
      return end;
    });
    const storage = new SimStorage(this.#disks[id]!);
    const incarnation = new Incarnation(
      this.simulation.clock,
      new SimTransport(ends, door),
      storage,
    );
    const machine = new ExactlyOnce(new KvStateMachine(), this.#options.sessions);
    const { snapshotBytes, capture } = this.#options;
    const replica = new Replica({
      id,
      servers: this.ids,
      options: this.#options.raft,
      clock: incarnation.clock,
      random: this.simulation.random.child(`replica/${id}/${life}`),
      transport: incarnation.transport,
      storage: incarnation.storage,
      observer: this.#observer,
      stateMachine: machine,
      capture,
      ...(snapshotBytes !== undefined && { snapshotBytes }),
      raftStateBytes: () => storage.raftStateSize(),
      onApplied: (index) => this.#onApplied(machine, index),
    });
    this.#up[id] = { replica, machine, incarnation };
    serveReplica(incarnation.transport, SERVICE, replica, {
      logReads: this.#options.logReads,
      exactlyOnce: machine,
    });
    this.network.addServer(id, door);
    this.#connect();
  }

  /** Kills a replica. If its machine lost power as well, what its disk had not synced is gone, wholly or in part. */
  crash(id: ServerId, powerLoss: boolean): void {
    const up = this.#up[id];
    if (up === undefined) return;
    up.replica.stop();
    assert.equal(up.replica.waiting, 0, "everybody has an answer");
    up.incarnation.kill();
    this.#up[id] = undefined;
    this.network.deleteServer(id);
    if (powerLoss) this.#disks[id]!.crash();
  }

  /** Lets replicas reach each other within these groups only. Clerks reach all. */
  split(groups: readonly (readonly number[])[]): void {
    this.#groups = groups;
    this.#connect();
  }

  /** Makes the network whole. */
  join(): void {
    this.split([this.ids]);
  }

  /** A clerk with ways to all replicas. */
  makeClerk(options: Pick<ClerkOptions, "session" | "hints"> & { deadline?: Millis }): Clerk {
    const number = ++this.#clerks;
    const ends = this.ids.map((to) => {
      const end = this.network.makeEnd(`clerk ${number}-${to}`);
      this.network.connect(end.name, to);
      this.network.enable(end.name, true);
      return end;
    });
    return new Clerk({
      clock: this.simulation.clock,
      random: this.simulation.random.child(`clerk/${number}`),
      transport: {
        call: (to, service, request, onReply) => ends[to]!.call(service, request, onReply),
      },
      servers: this.ids,
      service: SERVICE,
      callTimeout: CALL_TIMEOUT,
      pause: ms(20),
      ...options,
    });
  }

  /** Whether all replicas are up and have applied the same. */
  get agree(): boolean {
    const views = this.up.map(({ replica }) => replica.view);
    return views.length === this.ids.length &&
      views.every(({ lastApplied, log }) =>
        lastApplied === views[0]!.log.lastIndex && log.lastIndex === lastApplied
      );
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

  /** Replicas that have applied the same entries have the same state, however they came to it. */
  #onApplied(machine: ExactlyOnce, index: LogIndex): void {
    this.sessionsMax = Math.max(this.sessionsMax, machine.sessions.size);
    for (const { replica } of this.up) {
      this.waitingMax = Math.max(this.waitingMax, replica.waiting);
    }
    if (index % 5 !== 0) return;
    const state = finishCapture(machine.capture());
    const other = this.#states.get(index);
    if (other === undefined) this.#states.set(index, state);
    else {
      this.statesCompared++;
      assert(equalBytes(state, other), `two replicas differ after entry ${index}`);
    }
  }
}

function endName(from: number, life: number, to: number): string {
  return `${from}.${life}-${to}`;
}
