/** A real server of the shard controller: its replica on a node. */

import type { Config } from "../../shardctrler/mod.ts";
import { LAB_SHARDS, ShardctrlerServer } from "../../shardctrler/mod.ts";
import { Node, type NodeOptions, type NodeStatus } from "../node/mod.ts";
import type { Metric } from "../../host/prometheus.ts";
import { ctrlerMetrics } from "./ctrler_metrics.ts";
import { SHARDS_PROTOCOL } from "./named_calls.ts";

/** Administrators that are remembered. All servers must agree on it. */
const SESSION_LIMITS = { sessionsMax: 1000 };

/** The log is compacted whenever it has grown by so much. */
const SNAPSHOT_BYTES = 1024 * 1024;

/** What a server is told when it starts. */
export interface CtrlerServerOptions extends Omit<NodeOptions, "protocol"> {
  /** How many shards the store has, for ever. */
  readonly shardCount?: number;
}

/** How a server of the controller is doing. JSON-safe. */
export interface CtrlerServerStatus extends NodeStatus {
  /** The number of the newest configuration that it knows of. */
  readonly num: number;
  readonly groups: number;
  readonly shards: number;
}

/** The server. */
export class CtrlerServer {
  readonly node: Node;
  readonly #server: ShardctrlerServer;

  /**
   * Recovers what is in the folder, and begins to serve.
   *
   * @throws As `Node.open` does.
   */
  static async open(options: CtrlerServerOptions): Promise<CtrlerServer> {
    const service = "the controller of a sharded store";
    const node = await Node.open({ ...options, protocol: SHARDS_PROTOCOL, service });
    try {
      return new CtrlerServer(node, options.shardCount ?? LAB_SHARDS);
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  private constructor(node: Node, shardCount: number) {
    this.node = node;
    this.#server = new ShardctrlerServer({
      ...node.ports,
      shardCount,
      sessions: SESSION_LIMITS,
      snapshotBytes: SNAPSHOT_BYTES,
      snapshotRatio: 1,
      raftStateBytes: () => node.wal.bytesSinceSnapshot,
      capture: "in turns",
    });
    node.attach(this.#server.replica);
  }

  /** The newest configuration that this server knows of. */
  get newest(): Config {
    return this.#server.stateMachine.newest;
  }

  /** How it is doing. */
  status(): CtrlerServerStatus {
    const { num, groups, shards } = this.newest;
    return { ...this.node.status(), num, groups: groups.size, shards: shards.length };
  }

  /** Its figures, beside those of the node. */
  metrics(): readonly Metric[] {
    return ctrlerMetrics(this.newest);
  }

  /** Hands leadership over if it has it, and ends. */
  async shutDown(): Promise<void> {
    await this.node.handOver();
    await this.node.close();
  }

  /** Gives everything back. */
  close(): Promise<void> {
    return this.node.close();
  }
}
