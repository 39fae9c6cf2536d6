/**
 * The servers of one replicated service, and what can be done to them: start, shut down, connect, partition. A test may
 * have several such clusters on one network. Clerks are another matter: what is done here never touches their ends.
 *
 * All checkers of Raft watch all servers, and what a server sends must be backed by its disk. What it answers clerks must
 * be backed by what it has carried out.
 */

import { type LogIndex, logIndex, type ServerId, serverId } from "../../../core/base/durable.ts";
import type { Transport } from "../../../core/base/ports.ts";
import { LAB_OPTIONS, type RaftOptions } from "../../../core/raft/options.ts";
import type { RaftView } from "../../../core/raft/view.ts";
import { Observers } from "../../../core/sim/checkers/mod.ts";
import type { DiskOptions } from "../../../core/sim/disk.ts";
import { FoldKind } from "../../../core/sim/event_hash.ts";
import { Incarnation } from "../../../core/sim/incarnation.ts";
import { type ServerName, type SimEnd, SimServer } from "../../../core/sim/network.ts";
import { SimTransport } from "../../../core/sim/transport.ts";
import { plant } from "../../bugs/mod.ts";
import { DurableState } from "../harness/durable_state.ts";
import { GuardedTransport } from "../harness/guarded_transport.ts";
import { tellTo } from "../harness/message_fields.ts";
import { RaftCheckers } from "../harness/raft_checkers.ts";
import type { ServerDisk, SizedStorage } from "../harness/server_disk.ts";
import { AnswerChecker } from "./answer_checker.ts";
import { checkedDoor } from "./checked_door.ts";
import { ExecutionLedger } from "./execution_ledger.ts";
import { NamedEnds } from "./named_ends.ts";
import { namedTrace } from "./named_trace.ts";
import { SnapshotDeliveries } from "./snapshot_deliveries.ts";
import type { RunningService, Site, StartService } from "./site.ts";
import { SplitTransport } from "./split_transport.ts";
import type { Stage } from "./stage.ts";
import { StateAgreement } from "./state_agreement.ts";

/** What the labs run services with. Nobody counts indexes there, so a leader may open its term with an entry. */
export const SERVICE_RAFT: RaftOptions = { ...LAB_OPTIONS, noOpOnElection: true };

/** What clerks ask of a cluster, so that the answers can be checked. */
export interface AskedService {
  /** The service under which they ask. It must tell {@linkcode Site.onExecuted} what it carries out. */
  readonly service: string;
  /** Says whether a reply gives what was asked for; by default each that is `done` does. */
  readonly isDone?: (reply: Uint8Array) => boolean;
  /** What the cluster is called where there are several: `group 101`. */
  readonly cluster?: string;
  /** Shared by clusters between which commands wander; by default the cluster has its own. */
  readonly ledger?: ExecutionLedger;
}

/** What a cluster is made of. */
export interface ServiceClusterOptions {
  readonly servers: number;
  readonly start: StartService;
  /** What clerks ask, if their answers are to be checked. */
  readonly asked?: AskedService;
  /** What the servers are called on the network, and their disks; by default by their numbers. */
  readonly nameOf?: (server: number) => ServerName;
  /** What differs from {@linkcode SERVICE_RAFT}. */
  readonly raft?: Partial<RaftOptions>;
  /** How the disks behave; by default they are instant and perfect. */
  readonly disk?: DiskOptions;
  /** Servers keep their data in the write-ahead log of real servers. */
  readonly wal?: boolean;
}

/** One life of a server. */
interface Life {
  readonly service: RunningService;
  readonly incarnation: Incarnation;
  readonly guard: GuardedTransport;
}

/** A server with what outlives its crashes. */
interface Host {
  readonly id: ServerId;
  readonly name: ServerName;
  readonly disk: ServerDisk;
  /** Of the present life, or of the last one. */
  storage: SizedStorage;
  durable: DurableState | undefined;
  lives: number;
  life: Life | undefined;
  /** Its crash was left out, and nobody has started it since. */
  spared: boolean;
  /** `ends[j]` sends to server `j`; every life has its own. */
  ends: readonly SimEnd[];
  /** The servers to which its ends are open. */
  hearers: Set<number>;
}

/** The servers, numbered from 0, and their disks. */
export class ServiceCluster {
  /** The number of servers. */
  readonly n: number;
  /** All their numbers. */
  readonly all: readonly number[];
  readonly #stage: Stage;
  readonly #options: ServiceClusterOptions;
  #disturbances = 0;
  readonly #checkers: RaftCheckers;
  readonly #observer: Observers;
  readonly #states = new StateAgreement();
  readonly #executions: ExecutionLedger;
  readonly #answers: AnswerChecker;
  readonly #deliveries = new SnapshotDeliveries();
  readonly #hosts: readonly Host[];

  /** Makes the disks; nothing runs yet. */
  constructor(stage: Stage, options: ServiceClusterOptions) {
    this.n = options.servers;
    this.all = Array.from({ length: this.n }, (_, server) => server);
    this.#stage = stage;
    this.#options = options;
    this.#checkers = new RaftCheckers(
      (error) => stage.world.fail(error),
      () => this.#hosts.map(({ durable }) => durable),
    );
    this.#observer = new Observers([this.#checkers, this.#deliveries]);
    const { asked } = options;
    this.#executions = asked?.ledger ?? new ExecutionLedger();
    this.#answers = new AnswerChecker({
      ledger: this.#executions,
      cluster: asked?.cluster ?? "",
      ...(asked?.isDone !== undefined && { isDone: asked.isDone }),
    });
    this.#hosts = this.all.map((server) => this.#makeHost(server));
  }

  /** Starts a server from what its disk holds. It is not connected. */
  start(server: number): void {
    const host = this.#host(server);
    const { interventions } = this.#stage.world;
    if (host.spared) {
      host.spared = false;
      return;
    }
    if (host.life !== undefined) throw new TypeError(`Server ${host.name} runs already`);
    if (host.lives > 0 && !interventions.allows("restart", host.name)) return;
    host.lives++;
    host.ends = this.#hosts.map(({ name }) => this.#stage.makeEnd(name, host.name));
    host.hearers = new Set();
    host.storage = host.disk.open();
    host.durable = new DurableState(host.id, host.storage, host.durable);
    host.life = this.#begin(host, host.durable);
  }

  /**
   * Crashes a server: only its disk survives. Its ends go first, so that no clerk ever hears of a success that the disk
   * does not hold.
   */
  shutdown(server: number): void {
    const host = this.#host(server);
    if (host.life === undefined || host.spared) return;
    if (!this.#stage.world.interventions.allows("crash", host.name)) {
      host.spared = true;
      return;
    }
    for (const other of this.all) this.#enable(server, other, false);
    this.#stage.network.deleteServer(host.name);
    this.kill(server);
    host.disk.crash();
  }

  /** Ends the life of a server; nothing that it does afterwards has any effect. */
  kill(server: number): void {
    const host = this.#host(server);
    const { life } = host;
    if (life === undefined) return;
    this.#disturbances++;
    life.incarnation.kill();
    life.guard.onKilled();
    life.service.stop();
    this.#checkers.onKilled(host.id);
    host.life = undefined;
  }

  /** Says whether a server runs. */
  isUp(server: number): boolean {
    const { life, spared } = this.#host(server);
    return life !== undefined && !spared;
  }

  /** Opens both directions between `server` and each of `to`. */
  connect(server: number, to: readonly number[]): void {
    for (const other of to) this.#enable(server, other, true);
  }

  /** Closes both directions between `server` and each of `from`. */
  disconnect(server: number, from: readonly number[]): void {
    if (!this.#stage.world.interventions.allows("cut", this.#host(server).name)) return;
    for (const other of from) this.#enable(server, other, false);
  }

  connectAll(): void {
    for (const server of this.all) this.connect(server, this.all);
  }

  /** Lets two sides talk among themselves, and not with each other. Servers on neither side are not touched. */
  partition(one: readonly number[], other: readonly number[]): void {
    if (!this.#stage.world.interventions.allows("partition", "all")) return;
    for (const [inside, outside] of [[one, other], [other, one]] as const) {
      for (const server of inside) {
        for (const far of outside) this.#enable(server, far, false);
        this.connect(server, inside);
      }
    }
  }

  /** How often a server was ended, or cut off from another. */
  get disturbances(): number {
    return this.#disturbances;
  }

  /** Whether a majority of the servers runs, and all that run hear each other. */
  get isUnhindered(): boolean {
    const running = this.all.filter((server) => this.isUp(server));
    return running.length > this.n / 2 && running.every((server) => {
      const { hearers } = this.#host(server);
      return running.every((other) => other === server || hearers.has(other));
    });
  }

  /** The first running server that claims to lead. */
  leader(): number | undefined {
    return this.all.find((server) => this.#host(server).life?.service.view.role === "leader");
  }

  /** A majority without the leader, and the rest with it. */
  makePartition(): readonly [majority: readonly number[], minority: readonly number[]] {
    const leader = this.leader() ?? 0;
    const others = this.all.filter((server) => server !== leader);
    const majority = Math.floor(this.n / 2) + 1;
    return [others.slice(0, majority), [...others.slice(majority), leader]];
  }

  /** The largest persisted Raft state of all servers, whether they run or not, in bytes. */
  logSize(): number {
    return Math.max(...this.#hosts.map(({ storage }) => storage.raftStateSize()));
  }

  /** The largest persisted snapshot likewise. */
  snapshotSize(): number {
    return Math.max(...this.#hosts.map(({ durable }) => durable?.snapshotBytes ?? 0));
  }

  /** How many snapshots a server got from leaders, over all its lives. */
  snapshotsDelivered(server: number): number {
    return this.#deliveries.countOf(this.#host(server).id);
  }

  /**
   * The Raft state of a server.
   *
   * @throws {TypeError} If it does not run.
   */
  viewOf(server: number): RaftView {
    const life = this.#host(server).life;
    if (life === undefined) throw new TypeError(`Server ${server} is not running`);
    return life.service.view;
  }

  #makeHost(server: number): Host {
    const { nameOf = (number: number) => number, disk: diskOptions, wal = false } = this.#options;
    const name = nameOf(server);
    const disk = this.#stage.world.makeDisk({ ...diskOptions, name, wal });
    return {
      id: serverId(server),
      name,
      disk,
      storage: disk.open(),
      durable: undefined,
      lives: 0,
      life: undefined,
      spared: false,
      ends: [],
      hearers: new Set(),
    };
  }

  #begin(host: Host, durable: DurableState): Life {
    const { world, network } = this.#stage;
    let applied = logIndex(0);
    const door = new SimServer();
    const transport = new SimTransport(host.ends, door);
    const others = this.#checked(host, transport, () => applied);
    const guard = new GuardedTransport(
      host.id,
      transport,
      durable,
      this.#checkers.votes,
      tellTo(world, host.name),
    );
    const incarnation = new Incarnation(
      world.clock,
      new SplitTransport(guard, others),
      durable,
    );
    const namedEnds = new NamedEnds(this.#stage, host.name, incarnation);
    const site: Site = {
      id: host.id,
      servers: this.#hosts.map(({ id }) => id),
      options: { ...SERVICE_RAFT, ...this.#options.raft },
      clock: incarnation.clock,
      random: world.random.child(`server/${host.name}/life/${host.lives}`),
      transport: incarnation.transport,
      ...plant(world.mistake, incarnation.storage),
      trace: namedTrace(world.trace, host.name),
      mistake: world.mistake,
      observer: this.#observer,
      raftStateBytes: () => host.storage.raftStateSize(),
      onApplied: (index: LogIndex, stateMachine) => {
        applied = index;
        world.fold(FoldKind.other, host.id, index);
        this.#states.onApplied(host.id, index, stateMachine);
      },
      onExecuted: (command, index) => {
        const cluster = this.#options.asked?.cluster ?? "";
        this.#executions.record(command, { cluster, server: host.id, index });
      },
      callServer: (to, service, request, onReply) => namedEnds.call(to, service, request, onReply),
    };
    const service = this.#options.start(site);
    durable.checkRestored(service.view);
    network.addServer(host.name, door);
    return { service, incarnation, guard };
  }

  /** A door at which clerks are answered under supervision, where that is wanted. */
  #checked(host: Host, transport: Transport, applied: () => LogIndex): Transport {
    const { asked } = this.#options;
    if (asked === undefined) return transport;
    return checkedDoor(transport, {
      service: asked.service,
      onRequest: (request) => this.#answers.onRequest(host.id, request),
      applied,
    });
  }

  /** Opens or closes both directions between two servers, as far as they have ends yet. */
  #enable(server: number, other: number, yes: boolean): void {
    const { network } = this.#stage;
    if (!yes) this.#disturbances++;
    for (const [one, two] of [[server, other], [other, server]] as const) {
      const { ends, hearers } = this.#host(one);
      const end = ends[two];
      if (end === undefined) continue;
      network.enable(end.name, yes);
      if (yes) hearers.add(two);
      else hearers.delete(two);
    }
  }

  #host(server: number): Host {
    const host = this.#hosts[server];
    if (host === undefined) throw new RangeError(`There is no server ${server}`);
    return host;
  }
}
