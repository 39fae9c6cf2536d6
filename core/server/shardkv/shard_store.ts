/** The sharded store behind a door for clients: every shard has batches and clerks of its own. */

import { type Clock, type Millis, ms, type Random, type Timer } from "../../base/mod.ts";
import {
  type CallServer,
  type ConfigSource,
  hashedShard,
  Routes,
  ShardkvClerk,
} from "../../shardkv/mod.ts";
import { Batches, type Courier, type Flight, type StoreParts } from "../kv/mod.ts";

/** How long one server may take to answer before another one is asked. */
const CALL_TIME = ms(600);

/** So many bytes may be under way to the whole store, as long as each shard can have a batch of some length. */
const STORE_BYTES = 16 * 1024 * 1024;
const SHARD_BYTES_MIN = 256 * 1024;

/** What the way to the store is made of. */
export interface ShardStoreOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Calls a server of any group by its name. */
  readonly call: CallServer;
  /** Where configurations come from. The store stops it when it is stopped. */
  readonly configs: ConfigSource;
  /** Runs a function at the end of this turn of the event loop. */
  readonly gather: (next: () => void) => void;
  /** After this time without an answer, clients are told so; 5 s unless told. */
  readonly deadline?: Millis;
  /** How many batches of commands, and how many of questions, are under way at a time for each shard. */
  readonly writers?: number;
  readonly readers?: number;
}

/**
 * See the head of this file. That nothing is shared between shards is what keeps them apart: when a group is dead, its
 * shards' clerks and batches wait for it, and nobody else's.
 */
export class ShardStore implements StoreParts {
  readonly #options: ShardStoreOptions;
  readonly #routes: Routes;
  readonly #clerks: ShardkvClerk[] = [];
  readonly #batches = new Map<number, Batches>();
  /** Those who wait to hear how many shards there are. */
  readonly #curious = new Set<() => void>();

  constructor(options: ShardStoreOptions) {
    this.#options = options;
    this.#routes = new Routes(options.configs);
  }

  get count(): number {
    return this.#routes.config?.shards.length ?? 0;
  }

  get waiting(): number {
    let waiting = this.#curious.size;
    for (const batches of this.#batches.values()) waiting += batches.waiting;
    return waiting;
  }

  whenKnown(then: () => void): void {
    let timer: Timer | undefined = undefined;
    const once = () => {
      timer?.cancel();
      if (this.#curious.delete(once)) then();
    };
    this.#curious.add(once);
    timer = this.#options.clock.after(this.#deadline, once);
    this.#routes.refresh(once);
  }

  partOf(key: Uint8Array): number {
    return hashedShard(key, this.count);
  }

  add(part: number, flight: Flight): void {
    let batches = this.#batches.get(part);
    if (batches === undefined) {
      batches = this.#newBatches(part);
      this.#batches.set(part, batches);
    }
    batches.add(flight);
  }

  stop(): void {
    this.#routes.stop();
    for (const clerk of this.#clerks) clerk.stop();
    for (const once of [...this.#curious]) once();
  }

  get #deadline(): Millis {
    return this.#options.deadline ?? ms(5000);
  }

  #newBatches(shard: number): Batches {
    const { writers = 8, readers = 8, gather } = this.#options;
    const couriers = (count: number) => Array.from({ length: count }, () => this.#courier(shard));
    return new Batches({
      writers: couriers(writers),
      readers: couriers(readers),
      underWayBytes: Math.max(SHARD_BYTES_MIN, STORE_BYTES / this.count),
      gather,
    });
  }

  #courier(shard: number): Courier {
    const { clock, random, call } = this.#options;
    const clerk = new ShardkvClerk({
      clock,
      random: random.child(`clerk/${this.#clerks.length}`),
      call,
      configs: this.#routes,
      keyToShard: hashedShard,
      callTimeout: CALL_TIME,
      pause: ms(20),
      deadline: this.#deadline,
    });
    this.#clerks.push(clerk);
    return {
      command: (bytes, onOutcome) => clerk.command(bytes, onOutcome, shard),
      query: (bytes, onOutcome) => clerk.query(bytes, onOutcome, shard),
    };
  }
}
