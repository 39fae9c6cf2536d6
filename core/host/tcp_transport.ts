/** The port that servers of a real cluster send through: one connection to each of the others. */

import type { ServerId } from "../base/durable.ts";
import type { RequestHandler, Transport } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import { type Address, RpcClient, type RpcClientDependencies, RpcServer } from "./rpc/mod.ts";
import type { RpcOptions } from "./rpc/mod.ts";

/** Settings of a {@linkcode TcpTransport}. */
export interface TcpTransportOptions extends RpcOptions {
  /** How long a call waits for its reply; by default 5 s. */
  readonly deadline?: Millis;
}

const DEADLINE = ms(5000);

/** The {@linkcode Transport} of one server: its own door, and a client of each server it calls. */
export class TcpTransport implements Transport {
  readonly #server: RpcServer;
  readonly #clients: ReadonlyMap<ServerId, RpcClient>;
  readonly #deadline: Millis;

  /**
   * Requests arrive at `server`, which must have the same options; `peers` says where the servers are that
   * can be called. The server belongs to the transport from here on.
   */
  constructor(
    server: RpcServer,
    peers: ReadonlyMap<ServerId, Address>,
    options: TcpTransportOptions,
    dependencies: RpcClientDependencies,
  ) {
    this.#server = server;
    this.#deadline = options.deadline ?? DEADLINE;
    const { clock } = dependencies;
    const clients = [...peers].map(([id, address]) => {
      const random = dependencies.random.child(`peer/${id}`);
      return [id, new RpcClient(address, options, { clock, random })] as const;
    });
    this.#clients = new Map(clients);
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    const client = this.#clients.get(to);
    if (client === undefined) {
      throw new RangeError(`There is no server ${to} among [${[...this.#clients.keys()]}]`);
    }
    client.call(service, request, this.#deadline).then(onReply, () => onReply(undefined));
  }

  serve(service: string, handler: RequestHandler): void {
    this.#server.serve(service, handler);
  }

  /** Ends all calls, and drops all connections. Resolves when nothing of them is left. */
  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await this.#server.close();
  }
}
