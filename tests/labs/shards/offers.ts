/** Counts to which servers a group has offered shards: what it has really sent, whatever it thinks that it has. */

import type { Gid } from "../../../core/shardctrler/mod.ts";
import { type CallServer, TRANSFER_SERVICE } from "../../../core/shardkv/mod.ts";

/** See the head of this file. */
export class Offers {
  readonly #counts = new Map<Gid, Map<string, number>>();

  /** Steps in front of the way out of a server of group `gid`. */
  around(gid: Gid, call: CallServer): CallServer {
    return (to, service, request, onReply) => {
      if (service === TRANSFER_SERVICE) this.#count(gid, to);
      call(to, service, request, onReply);
    };
  }

  /** How often group `gid` has offered something to each of these servers; those that it never asked are missing. */
  of(gid: Gid, servers: readonly string[]): ReadonlyMap<string, number> {
    const counts = this.#counts.get(gid);
    return new Map(servers.flatMap((server) => {
      const count = counts?.get(server);
      return count === undefined ? [] : [[server, count]];
    }));
  }

  /** Begins to count anew. */
  forget(gid: Gid, servers: readonly string[]): void {
    const counts = this.#counts.get(gid);
    for (const server of servers) counts?.delete(server);
  }

  #count(gid: Gid, to: string): void {
    let counts = this.#counts.get(gid);
    if (counts === undefined) {
      counts = new Map();
      this.#counts.set(gid, counts);
    }
    counts.set(to, (counts.get(to) ?? 0) + 1);
  }
}
