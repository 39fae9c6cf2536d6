/** Where one life of a server is reached: a port of the loopback interface, picked by the system. */

import type { Clock } from "../../../core/base/ports.ts";
import { type Address, type RpcOptions, RpcServer } from "../../../core/host/rpc/mod.ts";
import type { SimServer } from "../../../core/sim/network_server.ts";

/** What both ends of a connection speak. A peer may owe any number of replies: some servers are stuck on purpose. */
export const RPC_OPTIONS: RpcOptions = {
  protocol: "dist824-lab",
  version: 1,
  clusterId: "lab",
  limits: { callsInFlightMax: 1_000_000 },
};

/** Hears of each request: its service, and its bytes. */
export type OnRequest = (service: string, bytes: number) => void;

/** An open port. */
export class Door implements Address {
  readonly #server: SimServer;
  readonly #attempt: (action: () => void) => void;
  readonly #onRequest: OnRequest;
  readonly #rpc: RpcServer;
  readonly #services = new Set<string>();

  /** What handlers throw goes to `attempt`. */
  constructor(
    server: SimServer,
    clock: Clock,
    attempt: (action: () => void) => void,
    onRequest: OnRequest,
  ) {
    this.#server = server;
    this.#attempt = attempt;
    this.#onRequest = onRequest;
    this.#rpc = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, RPC_OPTIONS, { clock });
  }

  get hostname(): string {
    return this.#rpc.hostname;
  }

  get port(): number {
    return this.#rpc.port;
  }

  /** Lets requests for a service in. Whether the server has that service shows when one arrives. */
  open(service: string): void {
    if (this.#services.has(service)) return;
    this.#services.add(service);
    this.#rpc.serve(service, (request, reply) => {
      this.#onRequest(service, request.length);
      this.#attempt(() => this.#server.dispatch(service, request, reply));
    });
  }

  /** Closes the port and all connections to it. */
  close(): Promise<void> {
    return this.#rpc.close();
  }
}
