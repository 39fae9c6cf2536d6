/** A real server of a group of the sharded store: its replica on a node, and connections to everybody else. */

import { type Address, inLaterTurn, systemRandom } from "../../host/mod.ts";
import type { Metric } from "../../host/prometheus.ts";
import type { Gid } from "../../shardctrler/mod.ts";
import {
  type CallServer,
  type DriverSettings,
  hashedShard,
  ShardkvServer,
} from "../../shardkv/mod.ts";
import { type DoorSettings, infoSections, LocalFirstTransport, RedisDoor } from "../kv/mod.ts";
import { addressText, Node, type NodeOptions } from "../node/mod.ts";
import { ctrlerClerk, NamedCalls, SHARDS_PROTOCOL } from "../shardctrler/mod.ts";
import { groupMetrics } from "./group_metrics.ts";
import {
  encodeGroupStatus,
  GROUP_FINGERPRINT_SERVICE,
  GROUP_STATUS_SERVICE,
  type GroupFingerprint,
  type GroupServerStatus,
  shardFingerprints,
  shardStatuses,
} from "./group_status.ts";
import { ShardStore } from "./shard_store.ts";

/** Clients that each shard remembers, and how much of what they were answered. All servers must agree on it. */
const SESSION_LIMITS = { sessionsMax: 5000, resultBytesMax: 8 * 1024 * 1024 };

/** What a server is told when it starts. */
export interface GroupServerOptions extends Omit<NodeOptions, "protocol"> {
  readonly gid: Gid;
  /** The controller's servers, `HOST:PORT`. */
  readonly ctrlers: readonly string[];
  /** Compact the log whenever it has grown by this many bytes; by default 64 MiB. */
  readonly snapshotBytes?: number;
  readonly settings?: Partial<DriverSettings>;
  /** The door for Redis clients; none unless told. */
  readonly door?: DoorSettings;
}

/** The server. */
export class GroupServer {
  readonly node: Node;
  readonly gid: Gid;
  readonly #server: ShardkvServer;
  readonly #calls: NamedCalls;
  readonly #door: RedisDoor | undefined;

  /**
   * Recovers what is in the folder, and begins to serve.
   *
   * @throws As `Node.open` does, and if the folder is that of another group.
   */
  static async open(options: GroupServerOptions): Promise<GroupServer> {
    const service = `group ${options.gid} of a sharded store`;
    const node = await Node.open({ ...options, protocol: SHARDS_PROTOCOL, service });
    try {
      return new GroupServer(node, options);
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  private constructor(node: Node, options: GroupServerOptions) {
    const { gid, ctrlers, clusterId, streams, snapshotBytes, settings = {} } = options;
    const { ports } = node;
    const { clock } = ports;
    const random = systemRandom();
    this.node = node;
    this.gid = gid;
    const calls = new NamedCalls({ clusterId, clock, random: random.child("calls"), streams });
    this.#calls = calls;
    const transport = new LocalFirstTransport(ports.id, ports.transport, clock);
    const ownName = addressText(options.peers.get(options.id)!);
    // A server has its own shards too: those need no network.
    const call: CallServer = (server, ...rest) =>
      server === ownName ? transport.call(ports.id, ...rest) : calls.call(server, ...rest);
    const configs = (name: string) =>
      ctrlerClerk({ clock, random: random.child(name), call: calls.call, ctrlers });
    this.#server = new ShardkvServer({
      ...ports,
      transport,
      shardkv: { gid, keyToShard: hashedShard, sessions: SESSION_LIMITS },
      configs: configs("configs"),
      callServer: calls.call,
      settings,
      snapshotBytes: snapshotBytes ?? 64 * 1024 * 1024,
      snapshotRatio: 1,
      raftStateBytes: () => node.wal.bytesSinceSnapshot,
      capture: "in turns",
    });
    const { replica } = this.#server;
    node.attach({
      view: replica.view,
      abstain: (yes) => replica.abstain(yes),
      transferLeadership: (to) => replica.transferLeadership(to),
      stop: () => {
        this.#server.stop();
        calls.close();
      },
    });
    node.rpc.serve(GROUP_STATUS_SERVICE, (_request, reply) => {
      reply(encodeGroupStatus(this.status()));
    });
    node.rpc.serve(GROUP_FINGERPRINT_SERVICE, (_request, reply) => {
      reply(new TextEncoder().encode(JSON.stringify(this.#fingerprint())));
    });
    this.#door = options.door && new RedisDoor({
      ...options.door,
      clock,
      log: options.log,
      parts: new ShardStore({
        clock,
        random: random.child("door"),
        call,
        configs: configs("ways"),
        gather: inLaterTurn,
      }),
      info: (stats, address) => infoSections(this.status(), stats, address),
    });
  }

  /** Where it listens for Redis clients, if it does. */
  get clientsAddress(): Address | undefined {
    return this.#door?.address;
  }

  /** How it is doing. */
  status(): GroupServerStatus {
    const { stateMachine: { group }, driver } = this.#server;
    const shards = shardStatuses(group, driver);
    const own = shards.filter(({ num }) => num === undefined);
    const door = this.#door;
    return {
      ...this.node.status(),
      gid: this.gid,
      num: group.config.num,
      shards,
      store: {
        keys: own.reduce((sum, { keys }) => sum + keys, 0),
        bytes: own.reduce((sum, { bytes }) => sum + bytes, 0),
      },
      ...(door !== undefined && { clientsAddress: addressText(door.address) }),
      clients: door?.stats.clients ?? 0,
      waiting: door?.waiting ?? 0,
    };
  }

  /** Its figures, beside those of the node. */
  metrics(): readonly Metric[] {
    return groupMetrics(this.status());
  }

  /** Hands leadership over if it has it, and ends. */
  async shutDown(): Promise<void> {
    await this.node.handOver();
    await this.close();
  }

  /** Gives everything back. */
  async close(): Promise<void> {
    await this.#door?.close();
    await this.node.close();
    this.#calls.close();
  }

  #fingerprint(): GroupFingerprint {
    const { replica, stateMachine: { group } } = this.#server;
    const { lastApplied } = replica.view;
    return { lastApplied, num: group.config.num, shards: shardFingerprints(group) };
  }
}
