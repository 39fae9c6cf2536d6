/** A cluster of real servers in this process, for tests: real ports, real files, no child processes. */

import { rm } from "node:fs/promises";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, freePorts, silentLog } from "../../core/host/mod.ts";
import { KvServer, type KvServerOptions } from "../../core/server/kv/mod.ts";

const HOSTNAME = "127.0.0.1";

/** See the head of this file. */
export class TestCluster {
  readonly #folder: string;
  readonly #peers: ReadonlyMap<ServerId, Address>;
  readonly #clients: ReadonlyMap<ServerId, Address>;
  readonly #options: Partial<KvServerOptions>;
  readonly #servers = new Map<ServerId, KvServer>();

  /** Starts `count` servers. */
  static async start(count: number, options: Partial<KvServerOptions> = {}): Promise<TestCluster> {
    const folder = await mkdtemp(join(tmpdir(), "dist824-redis-"));
    const cluster = new TestCluster(folder, count, options);
    for (const id of cluster.ids) await cluster.startServer(id);
    return cluster;
  }

  private constructor(folder: string, count: number, options: Partial<KvServerOptions>) {
    const ports = freePorts(2 * count, HOSTNAME);
    const addresses = (from: number) =>
      new Map(
        Array.from({ length: count }, (_, i) =>
          [
            serverId(i + 1),
            { hostname: HOSTNAME, port: ports[from + i]! },
          ] as const),
      );
    this.#folder = folder;
    this.#options = options;
    this.#peers = addresses(0);
    this.#clients = addresses(count);
  }

  get ids(): readonly ServerId[] {
    return [...this.#peers.keys()];
  }

  /** The port for Redis clients of a server. */
  port(id: ServerId): number {
    return this.#clients.get(id)!.port;
  }

  /** A server that runs. */
  server(id: ServerId): KvServer {
    return this.#servers.get(id)!;
  }

  /** Resolves who leads, as soon as somebody does. */
  async leader(): Promise<ServerId> {
    for (;;) {
      for (const [id, server] of this.#servers) {
        if (server.status().role === "leader") return id;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Starts a server, with the data that it has. */
  async startServer(id: ServerId): Promise<void> {
    const server = await KvServer.open({
      id,
      peers: this.#peers,
      clients: this.#clients.get(id)!,
      dataFolder: join(this.#folder, `${id}`),
      clusterId: "test",
      log: silentLog,
      ...this.#options,
    });
    this.#servers.set(id, server);
  }

  /** Ends a server at once: leadership is not handed over, and its clients are cut off. */
  async stopServer(id: ServerId): Promise<void> {
    const server = this.#servers.get(id);
    this.#servers.delete(id);
    await server?.close();
  }

  /** Ends all, and removes their data. */
  async stop(): Promise<void> {
    await Promise.all(this.ids.map((id) => this.stopServer(id)));
    await rm(this.#folder, { recursive: true });
  }
}

/** Runs a test with a cluster. */
export async function withCluster(
  count: number,
  body: (cluster: TestCluster) => Promise<void>,
  options: Partial<KvServerOptions> = {},
): Promise<void> {
  const cluster = await TestCluster.start(count, options);
  try {
    await cluster.leader();
    await body(cluster);
  } finally {
    await cluster.stop();
  }
}
