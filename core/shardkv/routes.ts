/** What a client knows of the way to each shard: the configuration, and who answered last in each group. */

import { type Config, type Gid, NEWEST } from "../shardctrler/config.ts";
import type { ConfigSource } from "./driver.ts";

/** The servers of the group that has a shard. */
export interface Route {
  readonly gid: Gid;
  readonly servers: readonly string[];
}

/** The ways of one client. */
export class Routes {
  readonly #configs: ConfigSource;
  /** In each group the server, by its place, that is tried first. */
  readonly #preferred = new Map<Gid, number>();
  #config: Config | undefined;

  constructor(configs: ConfigSource) {
    this.#configs = configs;
  }

  /** The newest configuration known. */
  get config(): Config | undefined {
    return this.#config;
  }

  /** Who has the shard, as far as is known; `undefined` if nobody has. */
  to(shard: number): Route | undefined {
    const gid = this.#config?.shards[shard];
    const servers = gid === undefined ? undefined : this.#config!.groups.get(gid);
    return servers === undefined || servers.length === 0 ? undefined : { gid: gid!, servers };
  }

  /** The server of a group to be tried first. */
  serverOf({ gid, servers }: Route): string {
    return servers[(this.#preferred.get(gid) ?? 0) % servers.length]!;
  }

  /** The server that was tried could not answer: another one is tried next. */
  passOver({ gid, servers }: Route): void {
    this.#preferred.set(gid, ((this.#preferred.get(gid) ?? 0) + 1) % servers.length);
  }

  /** Asks for the newest configuration. */
  refresh(onRefreshed: () => void): void {
    this.#configs.query(NEWEST, (config) => {
      if (config.num >= (this.#config?.num ?? 0)) this.#config = config;
      onRefreshed();
    });
  }
}
