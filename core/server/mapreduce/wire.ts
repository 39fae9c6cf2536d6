/** What master and workers speak, and how they call each other. */

import type { Clock, Random } from "../../base/ports.ts";
import { type Millis, ms } from "../../base/units.ts";
import { type Address, RpcClient, type RpcLogEvent, type RpcOptions } from "../../host/mod.ts";
import type { WorkerAddress } from "../../mapreduce/job.ts";
import type { RpcCaller } from "../../mapreduce/messages.ts";

/** Raised with every change of the messages: a master and workers of different versions refuse each other. */
const VERSION = 1;

/** How connections are opened and taken in; plain TCP by default. */
export type Streams = Pick<RpcOptions, "dial" | "listen">;

/** What both ends of every connection of a job must agree on. */
export function mapReduceRpc(
  streams: Streams = {},
  log?: (event: RpcLogEvent) => void,
): RpcOptions {
  const common = { protocol: "dist824-mr", version: VERSION, clusterId: "" };
  return { ...common, ...streams, ...(log && { log }) };
}

/** What a {@linkcode Peers} is made of. */
export interface PeersOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly streams?: Streams;
}

/** The ways to the file services of workers, each opened when it is needed first. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #clients = new Map<string, RpcClient>();

  constructor(options: PeersOptions) {
    this.#options = options;
  }

  /** The way to a worker. */
  to(worker: Pick<WorkerAddress, "hostname" | "port">): RpcCaller {
    const { hostname, port } = worker;
    const name = `${hostname}:${port}`;
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = connect({ hostname, port }, this.#options);
      this.#clients.set(name, client);
    }
    return client;
  }

  /** Closes all of them. */
  close(): void {
    for (const client of this.#clients.values()) client.close();
  }
}

/** Returns the way to a master or a worker. */
export function connect(
  address: Address,
  { clock, random, streams }: PeersOptions,
): RpcClient {
  const dependencies = { clock, random: random.child(`${address.hostname}:${address.port}`) };
  return new RpcClient(address, mapReduceRpc(streams), dependencies);
}

/** How long a piece of a file may take to come. */
export const PIECE_DEADLINE: Millis = ms(10_000);
