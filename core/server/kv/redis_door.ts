/** The door of a server for Redis clients: where it listens, who may come in, and what it tells of itself. */

import type { Clock } from "../../base/mod.ts";
import type { Address, Log } from "../../host/mod.ts";
import {
  DEFAULT_RESP_LIMITS,
  type RespLimits,
  RespServer,
  type RespStats,
} from "../../host/resp/mod.ts";
import { sameSecret } from "../../host/same_secret.ts";
import { KvFrontend } from "./frontend.ts";
import { shownSettings } from "./info.ts";
import type { InfoFields } from "./server_facts.ts";
import type { StoreParts } from "./store_parts.ts";

/** What a server is told about its door. */
export interface DoorSettings {
  /** Where Redis clients find it. */
  readonly clients: Address;
  /** What they must say first. */
  readonly password?: Uint8Array;
  readonly limits?: Partial<RespLimits>;
}

/** What a door is made of. */
export interface RedisDoorOptions extends DoorSettings {
  readonly parts: StoreParts;
  readonly clock: Clock;
  readonly log: Log;
  /** The sections of INFO. */
  readonly info: (stats: RespStats, clients: Address) => ReadonlyMap<string, InfoFields>;
}

/** See the head of this file. */
export class RedisDoor {
  readonly #frontend: KvFrontend;
  readonly #redis: RespServer;

  /**
   * Begins to listen.
   *
   * @throws If the clients' address cannot be listened on.
   */
  constructor({ clients, password, parts, clock, log, info, ...options }: RedisDoorOptions) {
    const limits = { ...DEFAULT_RESP_LIMITS, ...options.limits };
    this.#frontend = new KvFrontend(parts, {
      isPassword: password && ((guess) => sameSecret(guess, password)),
      info: () => info(this.stats, this.address),
      settings: shownSettings(limits),
      clients: () => this.#frontend.sessions,
      now: () => clock.now(),
    });
    this.#redis = RespServer.listen(clients, {
      open: this.#frontend.open,
      needsTrust: password !== undefined,
      limits,
      log: ({ event, peer, reason }) => log.warn(event, { peer, reason }),
      clock,
    });
  }

  /** Where it listens. */
  get address(): Address {
    return this.#redis.address;
  }

  /** How much it has done. */
  get stats(): RespStats {
    return this.#redis.stats;
  }

  /** How many clients wait for the store. */
  get waiting(): number {
    return this.#frontend.waiting;
  }

  /** Lets what is being answered be answered for a short while, and ends. */
  async close(): Promise<void> {
    await this.#redis.close();
    this.#frontend.stop();
  }
}
