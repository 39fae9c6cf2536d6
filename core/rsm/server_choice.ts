/** Which server a clerk asks: the one that answered last, and if that fails, those that are hinted at, or come next. */

import type { ServerId } from "../base/durable.ts";
import type { Random } from "../base/ports.ts";

/** The choice of one clerk. */
export class ServerChoice {
  readonly #servers: readonly ServerId[];
  readonly #followsHints: boolean;
  #current: number;
  /** How many attempts have failed since the last answer or the last full round. */
  #failures = 0;

  /** Begins with any server. */
  constructor(servers: readonly ServerId[], random: Random, followsHints: boolean) {
    if (servers.length === 0) throw new RangeError("A clerk needs at least one server");
    this.#servers = servers;
    this.#followsHints = followsHints;
    this.#current = random.below(servers.length);
  }

  /** The server to ask. */
  get current(): ServerId {
    return this.#servers[this.#current]!;
  }

  /** `server` leads: it has carried something out. */
  onAnswer(server: ServerId): void {
    this.#current = this.#servers.indexOf(server);
    this.#failures = 0;
  }

  /** The present server was asked in vain, and may have said who leads. Returns whether a full round has failed. */
  onFailure(leaderId: ServerId | undefined): boolean {
    const hinted = this.#followsHints && leaderId !== undefined && leaderId !== this.current
      ? this.#servers.indexOf(leaderId)
      : -1;
    this.#current = hinted >= 0 ? hinted : (this.#current + 1) % this.#servers.length;
    this.#failures = (this.#failures + 1) % this.#servers.length;
    return this.#failures === 0;
  }
}
