/** All ways between the servers of a store, each with a door of its own, so that every one can be made bad alone. */

import type { Random } from "../../../core/base/mod.ts";
import type { Address } from "../../../core/host/mod.ts";
import { CLEAR, Link, type LinkConditions, type LinkCounts } from "./link.ts";
import { Proxy } from "./proxy.ts";

/** Everybody who is no server: clients, and servers of other groups. */
export const OUTSIDE = "outside";

/** See the head of this file. */
export class Network {
  readonly #random: Random;
  readonly #links = new Map<string, Link>();
  readonly #proxies: Proxy[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Makes the door through which `from` finds `to`, which listens at `target`. */
  door(from: string, to: string, target: Address): Address {
    const there = this.#link(from, to);
    const back = this.#link(to, from);
    const proxy = new Proxy({ target, there, back });
    this.#proxies.push(proxy);
    return proxy.address;
  }

  /** Makes the way from one to another bad, or better. */
  set(from: string, to: string, change: Partial<LinkConditions>): void {
    this.#link(from, to).set(change);
  }

  /** Cuts all connections in which messages go from one to another. */
  cut(from: string, to: string): void {
    this.#link(from, to).cut();
  }

  /** Everything gets through again. */
  clear(): void {
    for (const link of this.#links.values()) link.set(CLEAR);
  }

  /** What became of all messages so far. */
  counts(): LinkCounts {
    const sum: LinkCounts = { delivered: 0, lost: 0, doubled: 0, cuts: 0 };
    for (const { counts } of this.#links.values()) {
      for (const key of ["delivered", "lost", "doubled", "cuts"] as const) sum[key] += counts[key];
    }
    return sum;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    this.clear();
    await Promise.all(this.#proxies.map((proxy) => proxy.close()));
  }

  #link(from: string, to: string): Link {
    const name = `${from} -> ${to}`;
    return this.#links.getOrInsertComputed(name, () => new Link(this.#random.child(name)));
  }
}
