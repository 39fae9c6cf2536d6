/**
 * A server of the replicated key/value store: a replica on a node, and a door for Redis clients. Whichever server a
 * client has come to, it can ask for anything.
 */

import type { Clock } from "../../base/mod.ts";
import { type Address, inLaterTurn, systemRandom } from "../../host/mod.ts";
import { DEFAULT_RESP_LIMITS, type RespLimits, RespServer } from "../../host/resp/mod.ts";
import { sameSecret } from "../../host/same_secret.ts";
import { KvStateMachine } from "../../kv/mod.ts";
import { ExactlyOnce, Replica, serveReplica } from "../../rsm/mod.ts";
import { addressText, Node, type NodeOptions } from "../node/mod.ts";
import { KV_SERVICE, KvFrontend } from "./frontend.ts";
import {
  contentsOf,
  encodeKvFingerprint,
  KV_FINGERPRINT_SERVICE,
  type KvFingerprint,
} from "./fingerprint.ts";
import { infoSections, shownSettings } from "./info.ts";
import { encodeKvStatus, KV_STATUS_SERVICE, type KvServerStatus } from "./kv_status.ts";
import { LocalFirstTransport } from "./local_first_transport.ts";
import type { ServerFacts } from "./server_facts.ts";

/** What servers and clients of the store speak among each other. */
export const KV_PROTOCOL = "dist824-kv";

/** Clients that are remembered, and how much of what they were answered. All replicas must agree on it. */
const SESSION_LIMITS = { sessionsMax: 10_000, resultBytesMax: 64 * 1024 * 1024 };

/** What a server is told when it starts. */
export interface KvServerOptions extends Omit<NodeOptions, "protocol"> {
  /** Where Redis clients find it. */
  readonly clients: Address;
  /** What they must say first. */
  readonly password?: Uint8Array;
  readonly limits?: Partial<RespLimits>;
  /** Compact the log whenever it has grown by this many bytes; by default 64 MiB. */
  readonly snapshotBytes?: number;
}

/** The server. */
export class KvServer {
  readonly node: Node;
  readonly #store = new KvStateMachine();
  readonly #replica: Replica;
  readonly #frontend: KvFrontend;
  readonly #redis: RespServer;
  readonly #clock: Clock;

  /**
   * Recovers what is in the folder, and begins to serve.
   *
   * @throws As `Node.open` does, and if the clients' address cannot be listened on.
   */
  static async open(options: KvServerOptions): Promise<KvServer> {
    const node = await Node.open({ ...options, protocol: KV_PROTOCOL });
    try {
      return new KvServer(node, options);
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  private constructor(node: Node, options: KvServerOptions) {
    const { ports } = node;
    const limits = { ...DEFAULT_RESP_LIMITS, ...options.limits };
    this.node = node;
    this.#clock = ports.clock;
    const exactlyOnce = new ExactlyOnce(this.#store, SESSION_LIMITS);
    this.#replica = new Replica({
      ...ports,
      stateMachine: exactlyOnce,
      snapshotBytes: options.snapshotBytes ?? 64 * 1024 * 1024,
      snapshotRatio: 1,
      raftStateBytes: () => node.wal.bytesSinceSnapshot,
      capture: "in turns",
    });
    node.attach(this.#replica);
    const transport = new LocalFirstTransport(ports.id, ports.transport, ports.clock);
    serveReplica(transport, KV_SERVICE, this.#replica, { exactlyOnce });
    node.rpc.serve(KV_STATUS_SERVICE, (_request, reply) => reply(encodeKvStatus(this.status())));
    node.rpc.serve(KV_FINGERPRINT_SERVICE, (_request, reply) => {
      reply(encodeKvFingerprint(this.#fingerprint(exactlyOnce)));
    });
    this.#frontend = new KvFrontend({
      servers: ports.servers,
      clock: ports.clock,
      random: systemRandom(),
      transport,
      gather: inLaterTurn,
      facts: () => this.#facts(options, limits),
    });
    this.#redis = RespServer.listen(options.clients, {
      open: this.#frontend.open,
      needsTrust: options.password !== undefined,
      limits,
      log: ({ event, peer, reason }) => options.log.warn(event, { peer, reason }),
      clock: ports.clock,
    });
  }

  /** Where it listens for Redis clients. */
  get clientsAddress(): Address {
    return this.#redis.address;
  }

  /** How it is doing. */
  status(): KvServerStatus {
    return {
      ...this.node.status(),
      store: { keys: this.#store.keys, bytes: this.#store.bytes },
      clientsAddress: addressText(this.clientsAddress),
      clients: this.#redis.stats.clients,
      waiting: this.#frontend.waiting,
    };
  }

  /** Hands leadership over if it has it, and ends. */
  async shutDown(): Promise<void> {
    await this.node.handOver();
    await this.close();
  }

  /** Lets what is being answered be answered for a short while, and gives everything back. */
  async close(): Promise<void> {
    await this.#redis.close();
    this.#frontend.stop();
    await this.node.close();
  }

  #fingerprint({ sessions }: ExactlyOnce): KvFingerprint {
    return {
      lastApplied: this.#replica.view.lastApplied,
      keys: this.#store.keys,
      contents: contentsOf(this.#store),
      sessions: sessions.size,
      sessionBytes: sessions.resultBytes,
    };
  }

  #facts({ password }: KvServerOptions, limits: RespLimits): ServerFacts {
    return {
      isPassword: password && ((guess) => sameSecret(guess, password)),
      info: () => infoSections(this.status(), this.#redis.stats, this.clientsAddress),
      settings: shownSettings(limits),
      clients: () => this.#frontend.sessions,
      now: () => this.#clock.now(),
    };
  }
}
