/** A local sharded store, a controller and two groups, as something to play chaos with: shards move all the time. */

import { join } from "node:path";
import { ms, type Random } from "../../core/base/mod.ts";
import { type Address, freePorts, RealClock, systemRandom } from "../../core/host/mod.ts";
import { ShardsClient } from "../../core/server/shardkv/mod.ts";
import { hashedShard } from "../../core/shardkv/mod.ts";
import type { Change } from "../../core/shardctrler/mod.ts";
import { addressText } from "../address.ts";
import { FailedError } from "../errors.ts";
import { ChaosServer } from "./chaos_server.ts";
import { Network, OUTSIDE } from "./network/network.ts";
import { ShardsSession } from "./shards_session.ts";
import type { ReplicaState, Store, StoreClient } from "./store.ts";

/** What a store is made of. */
export interface ShardkvStoreOptions {
  /** For data, logs, and troubles. */
  readonly folder: string;
  /** For what the network does. */
  readonly random: Random;
  readonly onUnexpectedEnd: (server: ChaosServer, how: string) => void;
}

/** The shards of the store: fewer than usual, so that each is always in use. */
export const CHAOS_SHARDS = 6;
/** The parts of the store: the controller, and groups 1 and 2. */
const PARTS = ["ctrler", "group-1", "group-2"];
const GIDS = [1, 2];
const SERVERS = 3;
const CLUSTER = "chaos";
/** Small enough that a run has many snapshots. */
const COMPACT_BYTES = 64 * 1024;
/** How long an administrator tries. */
const PATIENCE = ms(4000);

/** One server before it is a process. */
interface Place {
  readonly name: string;
  readonly direct: Address;
  readonly admin: string;
  /** Where those find it who are not of its group. */
  readonly outside: string;
}

/** See the head of this file. */
export class ShardkvStore implements Store {
  readonly groups: readonly (readonly ChaosServer[])[];
  readonly network: Network;
  readonly #places: readonly (readonly Place[])[];
  readonly #admin: ShardsClient;
  /** Reaches servers past the network, to compare them. */
  readonly #direct: ShardsClient;

  constructor({ folder, random, onUnexpectedEnd }: ShardkvStoreOptions) {
    this.network = new Network(random.child("network"));
    this.#places = this.#choosePlaces();
    this.groups = this.#places.map((places, part) =>
      places.map(({ name, admin }, i) => {
        const troublesFile = join(folder, `${name}.troubles`);
        return new ChaosServer({
          name,
          folder: join(folder, name),
          logFile: join(folder, `${name}.log`),
          troublesFile,
          admin,
          onUnexpectedEnd,
          args: [
            ...this.#roleArgs(part),
            ...["--id", `${i + 1}`, "--peers", this.#peersOf(places, i).join(",")],
            ...["--child", "--cluster", CLUSTER, "--log-level", "info", "--admin", admin],
            ...["--data", join(folder, name), "--chaos", troublesFile],
          ],
        });
      })
    );
    this.#admin = this.#newClient();
    this.#direct = this.#newClient();
  }

  async prepare(): Promise<void> {
    await Promise.all(this.groups.flat().map((server) => server.start()));
    const groups = new Map(GIDS.map((gid) => [gid, this.#outsides(gid)]));
    const answer = await this.#admin.change({ kind: "join", groups });
    if (answer.kind !== "done") throw new FailedError(`the groups cannot join: ${answer.reason}`);
  }

  client(): StoreClient {
    return new ShardsSession(this.#newClient());
  }

  sectionOf(key: string): string {
    return `${hashedShard(new TextEncoder().encode(key), CHAOS_SHARDS)}`;
  }

  /** Changes the configuration: a group leaves or comes back, or a shard moves. */
  async beside(random: Random): Promise<string | undefined> {
    const config = await this.#admin.query();
    if (config.kind !== "done") return "no change, since the controller does not answer";
    const missing = GIDS.filter((gid) => !config.result.groups.has(gid));
    const gid = GIDS[random.below(GIDS.length)]!;
    const shard = random.below(CHAOS_SHARDS);
    const leaves = random.chance(1, 3);
    const change: Change = missing.length > 0
      ? { kind: "join", groups: new Map(missing.map((each) => [each, this.#outsides(each)])) }
      : leaves
      ? { kind: "leave", gids: [gid] }
      : { kind: "move", shard, gid };
    const what = change.kind === "move"
      ? `shard ${shard} goes to group ${gid}`
      : `group ${missing[0] ?? gid} ${change.kind === "join" ? "joins" : "leaves"}`;
    const answer = await this.#admin.change(change);
    return answer.kind === "done" ? what : `${what} (${answer.kind})`;
  }

  async states(group: number): Promise<readonly (ReplicaState | undefined)[]> {
    if (group === 0) return await this.#ctrlerStates();
    return await Promise.all(this.#places[group]!.map(async ({ name, direct }) => {
      const fingerprint = await this.#direct.fingerprint(addressText(direct));
      if (fingerprint === undefined) return undefined;
      const { lastApplied, ...contents } = fingerprint;
      return { server: name, lastApplied, contents: JSON.stringify(contents) };
    }));
  }

  async close(): Promise<void> {
    this.#admin.close();
    this.#direct.close();
    await Promise.all(this.groups.flat().map((server) => server.stop()));
    await this.network.close();
  }

  #ctrlerStates(): Promise<readonly (ReplicaState | undefined)[]> {
    return Promise.all(this.groups[0]!.map(async (server) => {
      const status = await server.status();
      if (status === undefined) return undefined;
      const { num, groups, shards } = status as unknown as Record<string, unknown>;
      const contents = JSON.stringify({ num, groups, shards });
      return { server: server.name, lastApplied: status.lastApplied, contents };
    }));
  }

  #choosePlaces(): Place[][] {
    const ports = freePorts(2 * PARTS.length * SERVERS);
    const address = () => ({ hostname: "127.0.0.1", port: ports.pop()! });
    return PARTS.map((part) =>
      Array.from({ length: SERVERS }, (_, i) => {
        const name = `${part}-server-${i + 1}`;
        const direct = address();
        const outside = addressText(this.network.door(OUTSIDE, name, direct));
        return { name, direct, admin: addressText(address()), outside };
      })
    );
  }

  #peersOf(places: readonly Place[], own: number): string[] {
    return places.map(({ name, direct }, i) => {
      const from = places[own]!.name;
      const address = i === own ? direct : this.network.door(from, name, direct);
      return `${i + 1}=${addressText(address)}`;
    });
  }

  #roleArgs(part: number): string[] {
    if (part === 0) return ["shardctrler", "serve", "--shards", `${CHAOS_SHARDS}`];
    return [
      ...["shardkv", "serve", "--gid", `${GIDS[part - 1]}`, "--compact", `${COMPACT_BYTES}`],
      ...["--ctrlers", this.#outsides(0).join(",")],
      // Its clients do not come through this door, and a port of its own must not be in anybody's way.
      ...["--clients", "127.0.0.1:0"],
    ];
  }

  /** Where a group (1 and up) or the controller (0) is found. */
  #outsides(part: number): string[] {
    return this.#places[part]!.map(({ outside }) => outside);
  }

  #newClient(): ShardsClient {
    return new ShardsClient({
      ctrlers: this.#outsides(0),
      clusterId: CLUSTER,
      clock: new RealClock(),
      random: systemRandom(),
      patience: PATIENCE,
    });
  }
}
