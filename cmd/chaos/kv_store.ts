/** A local cluster of the replicated key/value store, as something to play chaos with. */

import { join } from "node:path";
import { ms, type Random, type ServerId, serverId } from "../../core/base/mod.ts";
import { type Address, freePorts, RealClock, systemRandom } from "../../core/host/mod.ts";
import { KvClient } from "../../core/server/kv/mod.ts";
import { addressText } from "../address.ts";
import { ChaosServer } from "./chaos_server.ts";
import { Network } from "./network/network.ts";
import { RedisClient } from "./redis_client.ts";
import type { ReplicaState, Store, StoreClient } from "./store.ts";

/** What a cluster is made of. */
export interface KvStoreOptions {
  readonly replicas: number;
  /** For data, logs, and troubles. */
  readonly folder: string;
  /** For what the network does. */
  readonly random: Random;
  readonly onUnexpectedEnd: (server: ChaosServer, how: string) => void;
}

const CLUSTER = "chaos";
/** Small enough that a run has many snapshots. */
const COMPACT_BYTES = 64 * 1024;
const STATE_TIME = ms(1000);

/** See the head of this file. */
export class KvStore implements Store {
  readonly groups: readonly [readonly ChaosServer[]];
  readonly network: Network;
  readonly #clients: readonly Address[];
  readonly #direct: KvClient;

  constructor({ replicas, folder, random, onUnexpectedEnd }: KvStoreOptions) {
    const ports = freePorts(3 * replicas);
    const at = (i: number) => ({ hostname: "127.0.0.1", port: ports[i]! });
    const names = Array.from({ length: replicas }, (_, i) => `server-${i + 1}`);
    const peers = names.map((_, i) => at(i));
    this.#clients = names.map((_, i) => at(replicas + i));
    this.network = new Network(random.child("network"));
    this.groups = [names.map((name, i) => {
      const troublesFile = join(folder, `${name}.troubles`);
      const admin = addressText(at(2 * replicas + i));
      const seen = names.map((peer, j) =>
        `${j + 1}=${addressText(i === j ? peers[j]! : this.network.door(name, peer, peers[j]!))}`
      );
      const args = [
        ...["kv", "serve", "--child", "--cluster", CLUSTER, "--log-level", "info"],
        ...["--id", `${i + 1}`, "--peers", seen.join(",")],
        ...["--clients", addressText(this.#clients[i]!), "--admin", admin],
        ...["--data", join(folder, name), "--compact", `${COMPACT_BYTES}`],
        ...["--chaos", troublesFile],
      ];
      const logFile = join(folder, `${name}.log`);
      return new ChaosServer({
        ...{ name, folder: join(folder, name), logFile, troublesFile, args, admin },
        onUnexpectedEnd,
      });
    })];
    this.#direct = new KvClient({
      servers: new Map(peers.map((address, i): [ServerId, Address] => [serverId(i + 1), address])),
      clusterId: CLUSTER,
      clock: new RealClock(),
      random: systemRandom(),
    });
  }

  async prepare(): Promise<void> {
    await Promise.all(this.groups[0].map((server) => server.start()));
  }

  client(number: number, random: Random): StoreClient {
    return new RedisClient(this.#clients, number % this.#clients.length, random);
  }

  sectionOf(): string {
    return "";
  }

  states(): Promise<readonly (ReplicaState | undefined)[]> {
    return Promise.all(this.groups[0].map(async ({ name }, i) => {
      try {
        const fingerprint = await this.#direct.fingerprint(serverId(i + 1), STATE_TIME);
        const { lastApplied, ...contents } = fingerprint;
        return { server: name, lastApplied, contents: JSON.stringify(contents) };
      } catch {
        return undefined;
      }
    }));
  }

  async close(): Promise<void> {
    this.#direct.close();
    await Promise.all(this.groups[0].map((server) => server.stop()));
    await this.network.close();
  }
}
