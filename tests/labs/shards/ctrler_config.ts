/** The shard controller as the course's tests see it: three servers and clerks. It is the `config` of lab 4A. */

import {
  type Config,
  ShardctrlerClerk,
  type ShardctrlerStateMachine,
} from "../../../core/shardctrler/mod.ts";
import type { World } from "../harness/world.ts";
import type { Passed } from "../lab_test.ts";
import { ClerkEnds } from "../services/clerk_ends.ts";
import { CLERK_CALLS } from "../services/kv_service.ts";
import { ServiceCluster } from "../services/service_cluster.ts";
import type { Site } from "../services/site.ts";
import { Stage } from "../services/stage.ts";
import { Admin } from "./admin.ts";
import { ConfigWatch, CTRLER_ASKED, startWatched } from "./config_watch.ts";
import { QueryWatch } from "./query_watch.ts";
import { withoutOps } from "./without_ops.ts";

const SERVERS = 3;

/** The controller and its clerks. */
export class CtrlerConfig {
  readonly stage: Stage;
  readonly cluster: ServiceCluster;
  readonly #admins: Admin[] = [];
  readonly #watch = new ConfigWatch();
  readonly #queries = new QueryWatch();
  /** The state of each server's newest life. */
  readonly #states = new Map<number, ShardctrlerStateMachine>();

  /** Starts and connects all servers. The network is reliable. */
  constructor(world: World) {
    this.stage = new Stage(world);
    this.cluster = new ServiceCluster(this.stage, {
      servers: SERVERS,
      start: (site) => this.#start(site),
      asked: CTRLER_ASKED,
    });
    for (const server of this.cluster.all) this.cluster.start(server);
    this.cluster.connectAll();
  }

  /** Makes a clerk that reaches all servers, in an order of its own. */
  makeClerk(): Admin {
    const { world } = this.stage;
    const ends = new ClerkEnds(this.stage, this.cluster.all, this.cluster.all);
    const clerk = new ShardctrlerClerk({
      ...CLERK_CALLS,
      clock: world.clock,
      random: world.random.child(`clerk/${this.#admins.length}`),
      transport: ends,
      servers: ends.servers,
      hints: false,
      session: "implicit",
    });
    const admin = new Admin(world, clerk, this.#queries);
    this.#admins.push(admin);
    return admin;
  }

  /** Runs `body` for as many new clerks at once, and waits for all. */
  async spawnClerks(
    count: number,
    body: (clerk: Admin, client: number) => Promise<void>,
  ): Promise<void> {
    const tasks = Array.from({ length: count }, (_, client) => {
      const clerk = this.makeClerk();
      return this.stage.spawn(() => body(clerk, client));
    });
    for (const task of tasks) await task;
  }

  /** All configurations that a running server knows of, from 0 on. */
  history(server: number): readonly Config[] {
    return this.cluster.isUp(server) ? this.#states.get(server)?.history ?? [] : [];
  }

  begin(title: string): void {
    this.stage.statistics.begin(title);
  }

  end(): void {
    this.stage.statistics.end(this.cluster.n);
  }

  /** Plays a part of the test, which has a title of its own. */
  async part<T>(title: string, play: () => Promise<T>): Promise<T> {
    this.begin(title);
    const result = await play();
    this.end();
    return result;
  }

  /** Returns what is to be printed. */
  passed(): Passed {
    return withoutOps(this.stage.statistics.passed());
  }

  /** Kills all servers and clerks. */
  cleanup(): void {
    for (const admin of this.#admins) admin.stop();
    for (const server of this.cluster.all) this.cluster.kill(server);
    this.stage.close();
  }

  #start(site: Site) {
    const server = startWatched(site, this.#watch);
    this.#states.set(site.id, server.stateMachine);
    return server;
  }
}
