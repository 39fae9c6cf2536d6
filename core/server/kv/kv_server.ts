/**
 * A server of the replicated key/value store: a replica on a node, and a door for Redis clients. Whichever server a
 * client has come to, it can ask for anything.
 */

import { type Address, inLaterTurn, systemRandom } from "../../host/mod.ts";
import type { Metric } from "../../host/prometheus.ts";
import { KvStateMachine } from "../../kv/mod.ts";
import { ExactlyOnce, Replica, serveReplica } from "../../rsm/mod.ts";
import { addressText, Node, type NodeOptions } from "../node/mod.ts";
import { clerkStore, KV_SERVICE } from "./clerk_store.ts";
import {
  contentsOf,
  encodeKvFingerprint,
  KV_FINGERPRINT_SERVICE,
  type KvFingerprint,
} from "./fingerprint.ts";
import { infoSections } from "./info.ts";
import { kvMetrics } from "./kv_metrics.ts";
import { encodeKvStatus, KV_STATUS_SERVICE, type KvServerStatus } from "./kv_status.ts";
import { LocalFirstTransport } from "./local_first_transport.ts";
import { type DoorSettings, RedisDoor } from "./redis_door.ts";

/** What servers and clients of the store speak among each other. */
export const KV_PROTOCOL = "dist824-kv";

/** Clients that are remembered, and how much of what they were answered. All replicas must agree on it. */
const SESSION_LIMITS = { sessionsMax: 10_000, resultBytesMax: 64 * 1024 * 1024 };

/** What a server is told when it starts. */
export interface KvServerOptions extends Omit<NodeOptions, "protocol">, DoorSettings {
  /** Compact the log whenever it has grown by this many bytes; by default 64 MiB. */
  readonly snapshotBytes?: number;
}

/** The server. */
export class KvServer {
  readonly node: Node;
  readonly #store = new KvStateMachine();
  readonly #replica: Replica;
  readonly #door: RedisDoor;

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
    this.node = node;
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
    this.#door = new RedisDoor({
      ...options,
      clock: ports.clock,
      parts: clerkStore({
        servers: ports.servers,
        clock: ports.clock,
        random: systemRandom(),
        transport,
        gather: inLaterTurn,
      }),
      info: (stats, clients) => infoSections(this.status(), stats, clients),
    });
  }

  /** Where it listens for Redis clients. */
  get clientsAddress(): Address {
    return this.#door.address;
  }

  /** How it is doing. */
  status(): KvServerStatus {
    return {
      ...this.node.status(),
      store: { keys: this.#store.keys, bytes: this.#store.bytes },
      clientsAddress: addressText(this.clientsAddress),
      clients: this.#door.stats.clients,
      waiting: this.#door.waiting,
    };
  }

  /** Its figures, beside those of the node. */
  metrics(): readonly Metric[] {
    return kvMetrics(this.status());
  }

  /** Hands leadership over if it has it, and ends. */
  async shutDown(): Promise<void> {
    await this.node.handOver();
    await this.close();
  }

  /** Lets what is being answered be answered for a short while, and gives everything back. */
  async close(): Promise<void> {
    await this.#door.close();
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
}
