/**
 * A key/value service as the course's tests see it: its servers, its clerks, and what these have seen. It is the `config`
 * of lab 3.
 */

import type { NetworkOptions } from "../../../core/sim/network.ts";
import type { World } from "../harness/world.ts";
import type { Passed } from "../lab_test.ts";
import { ClerkEnds } from "./clerk_ends.ts";
import { KvHistory } from "./kv_history.ts";
import { KV_SERVICE, type KvService, startKv } from "./kv_service.ts";
import { LabClerk } from "./lab_clerk.ts";
import { ServiceCluster, type ServiceClusterOptions } from "./service_cluster.ts";
import { Stage } from "./stage.ts";
import { makeTextClerk } from "./text_clerk.ts";

/** What a test of the key/value service starts with. */
export interface KvOptions
  extends Omit<ServiceClusterOptions, "start" | "asked" | "nameOf">, KvService {
  /** The network loses and delays messages, once all servers have started. */
  readonly unreliable?: boolean;
  readonly network?: Partial<NetworkOptions>;
}

/** The service, its clerks and their history. */
export class KvConfig {
  readonly stage: Stage;
  readonly cluster: ServiceCluster;
  readonly history: KvHistory;
  /** When a server should take a snapshot, in bytes of its Raft state; `undefined`: never. */
  readonly maxRaftState: number | undefined;
  readonly #options: KvOptions;
  readonly #clerks: LabClerk[] = [];

  /** Starts and connects all servers (make_config). */
  constructor(world: World, options: KvOptions) {
    this.#options = options;
    tellOptions(world, options);
    this.history = new KvHistory(world);
    this.maxRaftState = options.maxRaftState;
    this.stage = new Stage(world, options.network, () => this.history.underWay());
    this.cluster = new ServiceCluster(this.stage, {
      ...options,
      start: startKv(options),
      asked: { service: KV_SERVICE },
    });
    for (const server of this.cluster.all) this.cluster.start(server);
    this.cluster.connectAll();
    this.stage.network.setReliable(!options.unreliable);
  }

  /** Makes a clerk that reaches the servers `to`, by default all. */
  makeClerk(
    to: readonly number[] = this.cluster.all,
    { counted = true }: { readonly counted?: boolean } = {},
  ): LabClerk {
    const { world, statistics } = this.stage;
    const ends = new ClerkEnds(this.stage, this.cluster.all, to);
    const client = this.#clerks.length;
    const clerk = new LabClerk({
      world,
      clerk: makeTextClerk({
        world,
        ends,
        random: world.random.child(`clerk/${client}`),
        opensSession: this.#options.sessionsMax !== undefined,
      }),
      ends,
      client,
      history: this.history,
      statistics: counted ? statistics : undefined,
    });
    this.#clerks.push(clerk);
    return clerk;
  }

  /** Runs `body` for as many new clerks beside the test (spawn_clients). */
  spawnClerks<T>(
    count: number,
    body: (clerk: LabClerk, client: number) => Promise<T>,
  ): readonly Promise<T>[] {
    return Array.from({ length: count }, (_, client) =>
      this.stage.spawn(async () => {
        const clerk = this.makeClerk();
        try {
          return await body(clerk, client);
        } finally {
          clerk.stop();
        }
      }));
  }

  /** Begins a part of the test, which has a title and numbers of its own. */
  begin(title: string): void {
    this.stage.statistics.begin(title);
  }

  /** Ends the part. */
  end(): void {
    this.stage.statistics.end(this.cluster.n);
  }

  /**
   * Ends the test, and returns what is to be printed.
   *
   * @throws {TestFailure} If what the clerks have seen is not linearizable.
   * @throws {UnknownVerdict} If that could not be found out.
   */
  passed(): Passed {
    this.history.check();
    return this.stage.statistics.passed();
  }

  /** Kills all servers and clerks. */
  cleanup(): void {
    for (const clerk of this.#clerks) clerk.stop();
    for (const server of this.cluster.all) this.cluster.kill(server);
    this.stage.close();
  }
}

/** Writes into the trace what a test begins with: the seed may have chosen it. */
function tellOptions({ trace, clock }: World, options: KvOptions): void {
  if (!trace.enabled) return;
  trace.emit({
    at: clock.now(),
    server: undefined,
    term: undefined,
    topic: "test",
    what: "starts with",
    fields: { options: JSON.stringify(options) },
  });
}
