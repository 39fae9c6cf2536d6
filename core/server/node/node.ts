/**
 * One real server of a cluster without what runs on it: its folder with the log, its door and its connections, its
 * clock and its chance. It also decides what happens when the disk does not do its part.
 */

import {
  after,
  type Clock,
  type Instant,
  ms,
  type Random,
  type ServerId,
  type Storage,
  type Transport,
} from "../../base/mod.ts";
import {
  type Address,
  RealClock,
  type RpcLimits,
  type RpcOptions,
  RpcServer,
  systemRandom,
  TcpTransport,
  type Wal,
} from "../../host/mod.ts";
import { type RaftOptions, SERVER_OPTIONS } from "../../raft/mod.ts";
import type { StorageFailedError } from "./node_failure.ts";
import type { Attached, NodeOptions } from "./node_options.ts";
import type { NodeStatus } from "./node_status.ts";
import { NodeStorage } from "./node_storage.ts";
import { addressText, peerStatuses, raftStatus } from "./status_of.ts";

/** Raised with every change of the messages: servers and clients of different versions refuse each other. */
export const PROTOCOL_VERSION = 1;

/** A server that comes back must be found well within an election timeout: votes and heartbeats wait for it. */
const LIMITS: Partial<RpcLimits> = { backoffMax: ms(100), handshakeTime: ms(2000) };

/** How long a leader that has handed over stays. */
const LINGER = ms(100);

/** How often a server that hands over looks whether it has. */
const LOOK_INTERVAL = ms(5);

/** What a `RaftNode` is made of, apart from the state machine. */
export interface NodePorts {
  readonly id: ServerId;
  readonly servers: readonly ServerId[];
  readonly options: RaftOptions;
  readonly clock: Clock;
  readonly random: Random;
  readonly transport: Transport;
  readonly storage: Storage;
}

/** The server. What runs on it is {@linkcode attach}ed to it in the same turn in which it was opened. */
export class Node {
  readonly ports: NodePorts;
  /** For the services of clients; those of the servers come through `ports.transport`. */
  readonly rpc: RpcServer;
  /** Resolves when it must end because storage failed; never rejects. By then it has stopped. */
  readonly failed: Promise<StorageFailedError>;
  readonly #options: NodeOptions;
  readonly #openedAt: Instant;
  readonly #storage: NodeStorage;
  readonly #transport: TcpTransport;
  /** Why this server should not lead; it abstains while there is a reason. */
  readonly #reasons = new Set<string>();
  #attached: Attached | undefined;
  #isStopped = false;

  /**
   * Takes the folder, recovers what is in it, and begins to listen.
   *
   * @throws {WalError} If the folder is in use, is another server's or cluster's, or is damaged.
   * @throws {DiskError} If the disk fails.
   * @throws If the address cannot be listened on.
   */
  static async open(options: NodeOptions): Promise<Node> {
    const clock = options.clock ?? new RealClock();
    const raft = { ...SERVER_OPTIONS, ...options.raft };
    const storage = new NodeStorage(options, clock, raft.electionTimeoutMax);
    try {
      storage.checkMembers();
      return new Node(options, clock, raft, storage);
    } catch (error) {
      await storage.close();
      throw error;
    }
  }

  private constructor(options: NodeOptions, clock: Clock, raft: RaftOptions, storage: NodeStorage) {
    const { id, peers, clusterId } = options;
    if (clusterId === "") throw new RangeError("The name of a cluster must not be empty");
    this.#options = options;
    this.#openedAt = clock.now();
    this.#storage = storage;
    const address = options.listen ?? peers.get(id);
    if (address === undefined) throw new RangeError(`Server ${id} is not one of its cluster`);
    const rpc = rpcOptions(options);
    this.rpc = RpcServer.listen(address, rpc, { clock });
    const random = systemRandom();
    const others = new Map([...peers].filter(([peer]) => peer !== id));
    const dependencies = { clock, random: random.child("rpc") };
    this.#transport = new TcpTransport(this.rpc, others, rpc, dependencies);
    this.ports = {
      id,
      servers: [...peers.keys()].sort((a, b) => a - b),
      options: raft,
      clock,
      random: random.child("raft"),
      transport: this.#transport,
      storage: storage.wal,
    };
    const { promise, resolve } = Promise.withResolvers<StorageFailedError>();
    this.failed = promise;
    storage.tell({
      onTrouble: (isThere, trouble) => this.#setReason(isThere, trouble),
      onFailure: (error) => {
        this.#stop();
        resolve(error);
      },
    });
  }

  /** Its log. */
  get wal(): Wal {
    return this.#storage.wal;
  }

  /** Where it listens. */
  get address(): Address {
    return { hostname: this.rpc.hostname, port: this.rpc.port };
  }

  /** Gives the node what runs on it. */
  attach(attached: Attached): void {
    this.#attached = attached;
    if (this.#isStopped) attached.stop();
    else if (this.#reasons.size > 0) attached.abstain(true);
  }

  /** How it is doing. */
  status(): NodeStatus {
    const { peers, clusterId, protocol } = this.#options;
    const { view } = this.#running;
    const now = this.ports.clock.now();
    return {
      ...raftStatus(view),
      clusterId,
      protocol,
      address: addressText(peers.get(this.ports.id) ?? this.address),
      uptimeMs: Math.round(now - this.#openedAt),
      disk: this.#storage.status(),
      peers: peerStatuses(view, peers, now),
    };
  }

  /**
   * Hands leadership over before this server is closed: resolves when another one leads, or two election timeouts
   * have passed in vain. From then on this server follows and votes, but does not lead any more. A leader stays for
   * another moment, to tell those clients where to go whose requests are on their way here.
   */
  async handOver(): Promise<void> {
    const hasLed = this.#canHandOver;
    for (let attempts = 2; attempts > 0 && this.#canHandOver; attempts--) await this.#tryHandOver();
    this.#setReason(true, "leaving");
    if (hasLed) await this.ports.clock.sleep(LINGER);
  }

  /** Ends everything, and gives the folder and the port back. What is not acknowledged by now never will be. */
  async close(): Promise<void> {
    this.#stop();
    await this.#transport.close();
    await this.#storage.close();
  }

  get #running(): Attached {
    if (this.#attached === undefined) throw new TypeError("Nothing runs on this node yet");
    return this.#attached;
  }

  get #canHandOver(): boolean {
    const { servers } = this.ports;
    return !this.#isStopped && servers.length > 1 && this.#attached?.view.role === "leader";
  }

  async #tryHandOver(): Promise<void> {
    const { clock, options } = this.ports;
    const deadline = after(clock.now(), options.electionTimeoutMax);
    this.#running.transferLeadership();
    while (!this.#isStopped && clock.now() < deadline) {
      const { role, leaderId } = this.#running.view;
      if (role !== "leader" && leaderId !== undefined) return;
      await clock.sleep(LOOK_INTERVAL);
    }
  }

  #setReason(isThere: boolean, reason: string): void {
    if (isThere) this.#reasons.add(reason);
    else this.#reasons.delete(reason);
    if (!this.#isStopped) this.#attached?.abstain(this.#reasons.size > 0);
  }

  #stop(): void {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#attached?.stop();
  }
}

function rpcOptions({ protocol, clusterId, log, streams }: NodeOptions): RpcOptions {
  return {
    protocol,
    version: PROTOCOL_VERSION,
    clusterId,
    limits: LIMITS,
    log: ({ event, peer, reason }) => log.warn(event, { peer, reason }),
    ...streams,
  };
}
