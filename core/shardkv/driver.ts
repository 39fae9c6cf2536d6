/**
 * What the leader of a group does of its own accord: asks the controller for the next configuration, hands on the
 * shards that the group has lost, and has them deleted once they have arrived. It runs on every server and looks at
 * the replicated state alone, so that whoever leads next goes on where the last leader stopped.
 */

import type { Clock, Random, Timer } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import type { Replica } from "../rsm/replica.ts";
import type { Config } from "../shardctrler/config.ts";
import { encodeOwnCommand } from "./commands.ts";
import type { Group, LeavingShard } from "./group.ts";
import { type CallServer, Transfer } from "./transfer.ts";

/** Where configurations come from. */
export interface ConfigSource {
  /** Asks for a configuration by its number; the answer may be another one, late, or never come. */
  query(num: number, onConfig: (config: Config) => void): void;
  stop(): void;
}

/** How a driver behaves. */
export interface DriverSettings {
  /** How often the controller is asked for news, at most; every wait is drawn from the upper half. */
  readonly pollInterval: Millis;
  /** How long to wait before a shard is offered again that nobody could take. */
  readonly transferPause: Millis;
  /** How long to wait for the answer to one piece of a shard. */
  readonly transferTimeout: Millis;
  /** How large a piece of a shard may become, in bytes; a single item travels however large it is. */
  readonly pieceBytes: number;
  /** How many shards travel to one group at a time. */
  readonly transfersMax: number;
}

/** What both labs and servers run with. */
export const DRIVER_SETTINGS: DriverSettings = {
  pollInterval: ms(100),
  transferPause: ms(40),
  transferTimeout: ms(1000),
  pieceBytes: 1024 * 1024,
  transfersMax: 16,
};

/** What a driver drives. */
export interface DriverOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly replica: Pick<Replica, "view" | "propose">;
  readonly group: () => Group;
  readonly configs: ConfigSource;
  readonly call: CallServer;
  readonly settings: DriverSettings;
}

/** A transfer under way. */
interface UnderWay {
  readonly to: number;
  readonly transfer: Transfer;
}

/** Drives one server of a group. */
export class Driver {
  readonly #options: DriverOptions;
  readonly #transfers = new Map<LeavingShard, UnderWay>();
  /** The number of the configuration that is being asked for or proposed. */
  #fetching: number | undefined;
  #timer: Timer | undefined;
  #stopped = false;

  /** Begins to drive. */
  constructor(options: DriverOptions) {
    this.#options = options;
    this.#pollLater();
  }

  /** Looks at once whether there is something to do: the state has changed, or somebody knows of a newer configuration. */
  wake(): void {
    if (this.#stopped) return;
    this.#fetchNext();
    this.#transferAll();
  }

  /** How many items of a frozen copy the receiver has, if this server is handing it over. */
  sent(copy: LeavingShard): number | undefined {
    return this.#transfers.get(copy)?.transfer.sent;
  }

  /** Ends everything that this server does of its own accord. */
  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#options.configs.stop();
    for (const { transfer } of this.#transfers.values()) transfer.stop();
    this.#transfers.clear();
  }

  get #leads(): boolean {
    return this.#options.replica.view.role === "leader";
  }

  #pollLater(): void {
    const { clock, random, settings } = this.#options;
    const half = Math.ceil(settings.pollInterval * 500);
    const micros = half + random.below(half);
    this.#timer = clock.after(ms(micros / 1000), () => {
      this.wake();
      this.#pollLater();
    });
  }

  /** Has the next configuration taken, if there is one and the present one is complete. */
  #fetchNext(): void {
    const group = this.#options.group();
    if (!this.#leads || this.#fetching !== undefined || !group.isSettled) return;
    const num = group.config.num + 1;
    this.#fetching = num;
    this.#options.configs.query(num, (config) => {
      if (this.#stopped) return;
      if (config.num === num && this.#leads) this.#propose(config);
      else this.#fetching = undefined;
    });
  }

  #propose(config: Config): void {
    this.#options.replica.propose(encodeOwnCommand({ kind: "step", config }), (outcome) => {
      this.#fetching = undefined;
      // There may be more to catch up with.
      if (outcome.kind === "done") this.wake();
    });
  }

  /** Keeps a transfer for every frozen copy, as long as this server leads. */
  #transferAll(): void {
    const copies = this.#leads ? [...this.#options.group().leaving] : [];
    const wanted = new Set(copies);
    for (const [copy, { transfer }] of this.#transfers) {
      if (wanted.has(copy)) continue;
      transfer.stop();
      this.#transfers.delete(copy);
    }
    const busy = new Map<number, number>();
    for (const { to } of this.#transfers.values()) busy.set(to, (busy.get(to) ?? 0) + 1);
    for (const copy of copies) {
      const count = busy.get(copy.to) ?? 0;
      if (this.#transfers.has(copy) || count >= this.#options.settings.transfersMax) continue;
      busy.set(copy.to, count + 1);
      this.#transfer(copy);
    }
  }

  #transfer(copy: LeavingShard): void {
    const { clock, call, settings } = this.#options;
    const transfer = new Transfer({
      copy,
      servers: () => this.#options.group().config.groups.get(copy.to) ?? copy.servers,
      call,
      clock,
      pieceBytes: settings.pieceBytes,
      callTimeout: settings.transferTimeout,
      pause: settings.transferPause,
      onInstalled: () => this.#remove(copy),
    });
    this.#transfers.set(copy, { to: copy.to, transfer });
  }

  /** The receiver has it, committed: it will never be asked of this group again. */
  #remove(copy: LeavingShard): void {
    const { num, shard } = copy;
    this.#options.replica.propose(encodeOwnCommand({ kind: "remove", num, shard }), (outcome) => {
      if (this.#stopped) return;
      // If it did not come about, the copy is offered again: by this server if it still leads.
      if (outcome.kind !== "done") this.#transfers.delete(copy);
      this.wake();
    });
  }
}
