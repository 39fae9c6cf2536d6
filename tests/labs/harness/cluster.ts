/**
 * The servers of a lab test and what can be done to them: start, crash, connect, disconnect. What the
 * tests ask of the servers stands in `config.ts`.
 *
 * A crash keeps what is on the server's disk, and the harness keeps what the server has applied;
 * everything else goes. There is one connected group, and servers that are cut off from everybody.
 */

import { logIndex, type ServerId, serverId } from "../../../core/base/durable.ts";
import type { Random } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { LAB_OPTIONS, type RaftOptions } from "../../../core/raft/options.ts";
import { RaftNode } from "../../../core/raft/raft_node.ts";
import type { DiskOptions } from "../../../core/sim/disk.ts";
import { FoldKind } from "../../../core/sim/event_hash.ts";
import { Incarnation } from "../../../core/sim/incarnation.ts";
import { type NetworkOptions, type SimEnd, SimServer } from "../../../core/sim/network.ts";
import { SimTransport } from "../../../core/sim/transport.ts";
import { plant } from "../../bugs/mod.ts";
import { TestFailure } from "../lab_test.ts";
import { AppliedLogs } from "./applied_logs.ts";
import { type Applier, ingestSnapshot, PlainApplier, SnapshotApplier } from "./appliers.ts";
import { DurableState } from "./durable_state.ts";
import { GuardedTransport } from "./guarded_transport.ts";
import { tellTo } from "./message_fields.ts";
import { RaftCheckers } from "./raft_checkers.ts";
import { randomText } from "./random_text.ts";
import type { ServerDisk, SizedStorage } from "./server_disk.ts";
import type { LabNetwork, World } from "./world.ts";

const END_NAME_LENGTH = 20;

/** What a cluster starts with. */
export interface ClusterOptions {
  readonly servers: number;
  /** The network loses and delays messages from the beginning. */
  readonly unreliable?: boolean;
  /** How long messages are on their way; by default less than a millisecond, as in a LAN. */
  readonly network?: Partial<NetworkOptions>;
  /** The services on top of Raft make snapshots. */
  readonly snapshot?: boolean;
  /** What differs from {@linkcode LAB_OPTIONS}. */
  readonly raft?: Partial<RaftOptions>;
  /** How the disks behave; by default they are instant and perfect. */
  readonly disk?: DiskOptions;
  /** Servers keep their data in the write-ahead log of real servers; by default in a simpler storage. */
  readonly wal?: boolean;
}

/** One life of a server. */
interface Life {
  readonly node: RaftNode;
  readonly applier: Applier;
  readonly incarnation: Incarnation;
  readonly transport: GuardedTransport;
}

/** A server with what outlives its crashes. */
interface Host {
  readonly id: ServerId;
  readonly disk: ServerDisk;
  /** Of the present life, or of the last one. */
  storage: SizedStorage;
  durable: DurableState | undefined;
  /** How many lives it has had. */
  lives: number;
  life: Life | undefined;
  connected: boolean;
  /** It was connected at some time. */
  wasConnected: boolean;
  /** Its crash was left out, and nobody has restarted it since. */
  spared: boolean;
  /** `endNames[j]` sends to server `j`; every life has its own. */
  endNames: readonly string[];
}

/** The servers, their network and their disks. Servers are numbered from 0. */
export class Cluster {
  /** The number of servers. */
  readonly n: number;
  readonly world: World;
  protected readonly network: LabNetwork;
  protected readonly logs: AppliedLogs;
  /** The harness's own draws. */
  protected readonly harness: Random;
  readonly #options: ClusterOptions;
  readonly #checkers: RaftCheckers;
  readonly #hosts: readonly Host[];

  /** Makes the network and the disks; nothing runs yet. */
  constructor(world: World, options: ClusterOptions) {
    this.n = options.servers;
    this.world = world;
    this.#options = options;
    this.harness = world.random.child("harness");
    this.logs = new AppliedLogs(this.n);
    this.network = world.makeNetwork(options.network);
    this.network.setReliable(!options.unreliable);
    this.network.setLongDelays(true);
    this.#checkers = new RaftCheckers(
      (error) => world.fail(error),
      () => this.#hosts.map(({ durable }) => durable),
    );
    this.#hosts = Array.from({ length: this.n }, (_, server) => {
      const disk = world.makeDisk({ ...options.disk, name: server, wal: options.wal ?? false });
      return {
        id: serverId(server),
        disk,
        storage: disk.open(),
        durable: undefined,
        lives: 0,
        life: undefined,
        connected: false,
        wasConnected: false,
        spared: false,
        endNames: [],
      };
    });
  }

  /** Starts a server from what its disk holds, and crashes it before if it runs. It is not connected. */
  start1(server: number): void {
    const host = this.#host(server);
    const isDown = host.lives > 0 && host.life === undefined;
    if (isDown && !this.world.interventions.allows("restart", server)) return;
    this.crash1(server);
    if (host.spared) {
      host.spared = false;
      return;
    }
    host.lives++;
    host.storage = host.disk.open();
    host.durable = new DurableState(host.id, host.storage, host.durable);
    host.life = this.#begin(host, host.durable);
  }

  /** Crashes a server: only its disk survives. Harmless if it does not run. */
  crash1(server: number): void {
    const host = this.#host(server);
    if (host.spared) return;
    if (host.life !== undefined && !this.world.interventions.allows("crash", server)) {
      host.spared = true;
      return;
    }
    this.#disconnect(host);
    this.network.deleteServer(server);
    if (host.life === undefined) return;
    this.kill(server);
    host.disk.crash();
  }

  /** Starts and connects a server. */
  restart(server: number): void {
    this.start1(server);
    this.connect(server);
  }

  /** Lets a server talk with all others that are connected. */
  connect(server: number): void {
    const host = this.#host(server);
    if (!host.connected && host.wasConnected) {
      if (!this.world.interventions.allows("reconnect", server)) return;
    }
    host.connected = true;
    host.wasConnected = true;
    for (const other of this.connectedServers()) this.#enable(server, other, true);
  }

  /** Cuts a server off from all others. */
  disconnect(server: number): void {
    const host = this.#host(server);
    if (host.connected && !this.world.interventions.allows("cut", server)) return;
    this.#disconnect(host);
  }

  /** Says whether a server runs. */
  isUp(server: number): boolean {
    const { life, spared } = this.#host(server);
    return life !== undefined && !spared;
  }

  /** Says whether a server is connected, and so runs. */
  isConnected(server: number): boolean {
    return this.#host(server).connected;
  }

  /** The largest persisted Raft state of all servers, whether they run or not, in bytes. */
  logSize(): number {
    return Math.max(...this.#hosts.map(({ storage }) => storage.raftStateSize()));
  }

  /** How many requests the present life of a server has received. */
  rpcCount(server: number): number {
    return this.network.getCount(server);
  }

  /** How many calls were sent. */
  rpcTotal(): number {
    return this.network.totalCount;
  }

  /** The bytes of all requests and of the replies that were delivered. */
  bytesTotal(): number {
    return this.network.totalBytes;
  }

  /** Lets the network lose and delay messages, or not. */
  setUnreliable(yes: boolean): void {
    this.network.setReliable(!yes);
  }

  /** Lets most replies come late, or not. */
  setLongReordering(yes: boolean): void {
    this.network.setLongReordering(yes);
  }

  /** Lets some requests arrive a second time: `numerator` of `denominator`. Never in the course's own tests. */
  setDuplication(numerator: number, denominator: number): void {
    this.network.setDuplication(numerator, denominator);
  }

  /** Adds so many milliseconds to each way of the calls from one server to another. Likewise. */
  setSlowLink(from: number, to: number, extra: number): void {
    const end = this.#host(from).endNames[to];
    if (extra > 0 && !this.world.interventions.allows("slow link", `${from}>${to}`)) return;
    if (end !== undefined) this.network.setSlowLink(end, ms(extra));
  }

  protected nodeOf(server: number): RaftNode | undefined {
    return this.#host(server).life?.node;
  }

  protected connectedServers(): readonly number[] {
    return this.#hosts.filter((host) => host.connected).map((host) => host.id);
  }

  /** Ends the life of a server; nothing that it does afterwards has any effect. */
  protected kill(server: number): void {
    const host = this.#host(server);
    const { life } = host;
    if (life === undefined) return;
    life.incarnation.kill();
    life.transport.onKilled();
    life.applier.stop();
    life.node.stop();
    this.#checkers.onKilled(host.id);
    host.life = undefined;
  }

  /** Writes something into the trace. */
  protected note(what: string, fields: Record<string, string | number>): void {
    const { trace, clock } = this.world;
    if (!trace.enabled) return;
    trace.emit({
      at: clock.now(),
      server: undefined,
      term: undefined,
      topic: "test",
      what,
      fields,
    });
  }

  #disconnect(host: Host): void {
    host.connected = false;
    for (let other = 0; other < this.n; other++) this.#enable(host.id, other, false);
  }

  #begin(host: Host, durable: DurableState): Life {
    const { world } = this;
    const server = new SimServer();
    const transport = new GuardedTransport(
      host.id,
      new SimTransport(this.#makeEnds(host), server),
      durable,
      this.#checkers.votes,
      tellTo(world, host.id),
    );
    const incarnation = new Incarnation(world.clock, transport, durable);
    const applier = this.#makeApplier(host, durable);
    const node = new RaftNode({
      id: host.id,
      servers: this.#hosts.map(({ id }) => id),
      options: { ...LAB_OPTIONS, ...this.#options.raft },
      clock: incarnation.clock,
      random: world.random.child(`server/${host.id}/life/${host.lives}`),
      transport: incarnation.transport,
      ...plant(world.mistake, incarnation.storage),
      trace: world.trace,
      observer: this.#checkers,
      apply: (applied) => applier.deliver(applied),
    });
    durable.checkRestored(node.view);
    this.network.addServer(host.id, server);
    return { node, applier, incarnation, transport };
  }

  #makeEnds(host: Host): readonly SimEnd[] {
    host.endNames = this.#hosts.map(() => randomText(this.harness, END_NAME_LENGTH));
    return host.endNames.map((name, to) => {
      const end = this.network.makeEnd(name, host.id);
      this.network.connect(name, to);
      return end;
    });
  }

  /** Writes into the trace what a server says. */
  /** A restarted service begins with the snapshot that Raft has kept, if there is one. */
  #makeApplier(host: Host, durable: DurableState): Applier {
    const { world, logs } = this;
    const onError = (error: string) => {
      logs.reject(host.id, error);
      world.fail(new TestFailure(`apply error: ${error}`));
    };
    const onApplied = (index: number) => world.fold(FoldKind.other, host.id, index);
    const options = { server: host.id, logs, onError, onApplied };
    if (!this.#options.snapshot) return new PlainApplier(options);
    return new SnapshotApplier({
      ...options,
      clock: world.clock,
      random: world.random.child(`server/${host.id}/service/${host.lives}`),
      lastApplied: this.#ingest(host, durable),
      compact: (index, data) => host.life?.node.compact(logIndex(index), data),
    });
  }

  #ingest(host: Host, durable: DurableState): number {
    const { snapshot } = durable.load();
    if (snapshot === undefined) return 0;
    const ingested = ingestSnapshot(this.logs, host.id, snapshot.data, undefined);
    if (typeof ingested === "string") throw new TestFailure(`apply error: ${ingested}`);
    return ingested;
  }

  /** Opens or closes both directions between two servers, as far as they have ends yet. */
  #enable(server: number, other: number, yes: boolean): void {
    const out = this.#host(server).endNames[other];
    const back = this.#host(other).endNames[server];
    if (out !== undefined) this.network.enable(out, yes);
    if (back !== undefined) this.network.enable(back, yes);
  }

  #host(server: number): Host {
    const host = this.#hosts[server];
    if (host === undefined) throw new RangeError(`There is no server ${server}`);
    return host;
  }
}
