/** The way from this server's clerks to all replicas, the one on this server included: that one needs no network. */

import type { Clock, RequestHandler, ServerId, Transport } from "../../base/mod.ts";
import { ms } from "../../base/mod.ts";

/** A {@linkcode Transport} whose calls to this very server go straight to the handler. */
export class LocalFirstTransport implements Transport {
  readonly #id: ServerId;
  readonly #remote: Transport;
  readonly #clock: Clock;
  readonly #handlers = new Map<string, RequestHandler>();

  constructor(id: ServerId, remote: Transport, clock: Clock) {
    this.#id = id;
    this.#remote = remote;
    this.#clock = clock;
  }

  call(
    to: ServerId,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void {
    if (to !== this.#id) return this.#remote.call(to, service, request, onReply);
    let isWithinCall = true;
    this.#handlers.get(service)?.(request, (reply) => {
      if (isWithinCall) this.#clock.after(ms(0), () => onReply(reply));
      else onReply(reply);
    });
    isWithinCall = false;
  }

  serve(service: string, handler: RequestHandler): void {
    this.#handlers.set(service, handler);
    this.#remote.serve(service, handler);
  }
}
