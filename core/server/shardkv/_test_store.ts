/** A sharded store of real servers in this process, for tests: sockets and files as anywhere. */

import { join } from "node:path";
import { type ServerId, serverId } from "../../base/mod.ts";
import { freePorts } from "../../host/free_ports.ts";
import { silentLog } from "../../host/log.ts";
import { TemporaryFolder } from "../../host/temporary_folder.ts";
import { type Address, RealClock, systemRandom } from "../../host/mod.ts";
import type { Gid } from "../../shardctrler/mod.ts";
import type { DriverSettings } from "../../shardkv/mod.ts";
import { CtrlerServer } from "../shardctrler/mod.ts";
import { GroupServer } from "./group_server.ts";
import { ShardsClient } from "./shards_client.ts";

/** What a test wants. */
export interface TestStoreOptions {
  readonly gids: readonly Gid[];
  /** Of the controller, and of each group. */
  readonly servers: number;
  readonly shardCount: number;
  readonly settings?: Partial<DriverSettings>;
}

interface Place {
  readonly id: ServerId;
  readonly peers: ReadonlyMap<ServerId, Address>;
  readonly dataFolder: string;
}

/** See the head of this file. */
export class TestStore {
  readonly #options: TestStoreOptions;
  readonly #folder: string;
  /** The places of the controller's servers, and of those of each group. */
  readonly #ctrlers: readonly Place[];
  readonly #groups: ReadonlyMap<Gid, readonly Place[]>;
  readonly #running = new Map<Place, CtrlerServer | GroupServer>();
  readonly client: ShardsClient;

  /** Starts a store, has a test play with it, and ends it. */
  static async with(
    options: TestStoreOptions,
    play: (store: TestStore) => Promise<void>,
  ): Promise<void> {
    const folder = new TemporaryFolder("dist824-shards-");
    const store = new TestStore(folder.path, options);
    try {
      await store.#start(store.#ctrlers);
      for (const gid of options.gids) await store.startGroup(gid);
      await play(store);
    } finally {
      store.client.close();
      await Promise.all([...store.#running.values()].map((server) => server.close()));
      folder.removeNow();
    }
  }

  private constructor(folder: string, options: TestStoreOptions) {
    const { gids, servers } = options;
    this.#options = options;
    this.#folder = folder;
    const ports = freePorts((gids.length + 1) * servers);
    this.#ctrlers = this.#places("ctrler", ports.splice(0, servers));
    this.#groups = new Map(
      gids.map((gid) => [gid, this.#places(`group-${gid}`, ports.splice(0, servers))]),
    );
    this.client = this.newClient();
  }

  /** Makes another client; whoever wants it closes it. */
  newClient(): ShardsClient {
    return new ShardsClient({
      ctrlers: this.#ctrlers.map(nameOf),
      clock: new RealClock(),
      random: systemRandom(),
    });
  }

  /** The addresses of a group's servers, as configurations name them. */
  namesOf(gid: Gid): readonly string[] {
    return this.#groups.get(gid)!.map(nameOf);
  }

  /** Starts the servers of a group from what is in their folders. */
  startGroup(gid: Gid): Promise<void> {
    return this.#start(this.#groups.get(gid)!, gid);
  }

  /** Ends the servers of a group without a word to the others. */
  async stopGroup(gid: Gid): Promise<void> {
    for (const place of this.#groups.get(gid)!) {
      await this.#running.get(place)?.close();
      this.#running.delete(place);
    }
  }

  /** The running servers of a group. */
  serversOf(gid: Gid): GroupServer[] {
    return this.#groups.get(gid)!.map((place) => this.#running.get(place) as GroupServer);
  }

  #places(name: string, ports: readonly number[]): Place[] {
    const peers = new Map(
      ports.map((port, i) => [serverId(i + 1), { hostname: "127.0.0.1", port }]),
    );
    return [...peers.keys()].map((id) => ({
      id,
      peers,
      dataFolder: join(this.#folder, `${name}-${id}`),
    }));
  }

  async #start(places: readonly Place[], gid?: Gid): Promise<void> {
    const { shardCount, settings = {} } = this.#options;
    for (const place of places) {
      const options = { ...place, clusterId: "test", log: silentLog };
      const server = gid === undefined
        ? await CtrlerServer.open({ ...options, shardCount })
        : await GroupServer.open({
          ...options,
          gid,
          settings,
          ctrlers: this.#ctrlers.map(nameOf),
          door: { clients: { hostname: "127.0.0.1", port: 0 } },
        });
      this.#running.set(place, server);
    }
  }
}

function nameOf({ id, peers }: Place): string {
  const { hostname, port } = peers.get(id)!;
  return `${hostname}:${port}`;
}
