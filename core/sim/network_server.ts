/** What a simulated network delivers to. */

import type { RequestHandler } from "../base/ports.ts";

/** What a server is called on its network. */
export type ServerName = string | number;

/**
 * One life of a server: its services, and the count of requests that reached it. A restarted server is a
 * new object.
 */
export class SimServer {
  readonly #services = new Map<string, RequestHandler>();
  #count = 0;

  /** How many requests were dispatched to this server. */
  get count(): number {
    return this.#count;
  }

  /** Answers requests for the service `name`, in place of the handler that did before. */
  addService(name: string, handler: RequestHandler): void {
    this.#services.set(name, handler);
  }

  /**
   * Hands one request to its service. This is what the network does; nobody else should.
   *
   * @throws {TypeError} If the server has no such service.
   */
  dispatch(service: string, request: Uint8Array, reply: (reply: Uint8Array) => void): void {
    this.#count++;
    const handler = this.#services.get(service);
    if (handler === undefined) {
      throw new TypeError(
        `A call must name a service of its server: there is no "${service}", ` +
          `only ${[...this.#services.keys()].join(", ") || "no service at all"}`,
      );
    }
    handler(request, reply);
  }
}
