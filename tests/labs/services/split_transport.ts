/** Two ways out of a server, by service: Raft's messages are watched, those of the service on top are not Raft's. */

import type { ServerId } from "../../../core/base/durable.ts";
import type { RequestHandler, Transport } from "../../../core/base/ports.ts";
import { RAFT_SERVICE } from "../../../core/raft/raft_node.ts";

/** A {@linkcode Transport} made of two. */
export class SplitTransport implements Transport {
  readonly #raft: Transport;
  readonly #others: Transport;

  constructor(raft: Transport, others: Transport) {
    this.#raft = raft;
    this.#others = others;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    this.#of(service).call(to, service, request, onReply);
  }

  serve(service: string, handler: RequestHandler): void {
    this.#of(service).serve(service, handler);
  }

  #of(service: string): Transport {
    return service === RAFT_SERVICE ? this.#raft : this.#others;
  }
}
