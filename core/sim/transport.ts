/** The port that servers send through, on the simulated network. */

import type { ServerId } from "../base/durable.ts";
import type { RequestHandler, Transport } from "../base/ports.ts";
import type { SimEnd, SimServer } from "./network.ts";

/** The {@linkcode Transport} of one server: an end to each server of its cluster, and its own door. */
export class SimTransport implements Transport {
  readonly #ends: readonly SimEnd[];
  readonly #server: SimServer;

  /** `ends[j]` sends to server `j`. What arrives for this server is dispatched by `server`. */
  constructor(ends: readonly SimEnd[], server: SimServer) {
    this.#ends = ends;
    this.#server = server;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    const end = this.#ends[to];
    if (end === undefined) {
      throw new RangeError(
        `There is an end for each of ${this.#ends.length} servers, not for ${to}`,
      );
    }
    end.call(service, request, onReply);
  }

  serve(service: string, handler: RequestHandler): void {
    this.#server.addService(service, handler);
  }
}
