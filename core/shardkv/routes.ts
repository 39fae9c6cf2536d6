/**
 * What a client knows of the way to each shard: the configuration, and who answered last in each group. Clerks of one
 * process can share it: what one has learnt serves all, and the controller is asked once.
 */

import { type Config, type Gid, NEWEST } from "../shardctrler/config.ts";
import type { ConfigSource } from "./driver.ts";

/** The servers of the group that has a shard. */
export interface Route {
  readonly gid: Gid;
  readonly servers: readonly string[];
}

/** See the head of this file. */
export class Routes {
  readonly #configs: ConfigSource;
  /** In each group the server, by its place, that is tried first. */
  readonly #preferred = new Map<Gid, number>();
  #config: Config | undefined;
  /** Those who wait for the controller's answer; none unless it has been asked. */
  #waiting: (() => void)[] = [];

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

  /** The server that was tried could not answer: another one is tried next, unless that has changed meanwhile. */
  passOver({ gid, servers }: Route, server: string): void {
    if (this.serverOf({ gid, servers }) !== server) return;
    this.#preferred.set(gid, ((this.#preferred.get(gid) ?? 0) + 1) % servers.length);
  }

  /** Asks for the newest configuration. Whoever asks while an answer is awaited gets that one. */
  refresh(onRefreshed: () => void): void {
    this.#waiting.push(onRefreshed);
    if (this.#waiting.length > 1) return;
    this.#configs.query(NEWEST, (config) => {
      if (config.num >= (this.#config?.num ?? 0)) this.#config = config;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const each of waiting) each();
    });
  }

  /** Ends what is under way. */
  stop(): void {
    this.#configs.stop();
  }
}
