/** The client's side of a sharded store: calls as promises, to the controller, to groups, and to single servers. */

import { type Clock, type Millis, ms, type Random } from "../../base/mod.ts";
import type { RpcOptions } from "../../host/mod.ts";
import { KvClerk, type KvOperation, type KvOutcome, type KvResult } from "../../kv/mod.ts";
import {
  type Answer,
  type Change,
  type ChangeResult,
  type Config,
  NEWEST,
  type ShardctrlerClerk,
} from "../../shardctrler/mod.ts";
import { hashedShard, ShardkvClerk } from "../../shardkv/mod.ts";
import { ctrlerClerk, NamedCalls } from "../shardctrler/mod.ts";
import {
  decodeGroupStatus,
  GROUP_FINGERPRINT_SERVICE,
  GROUP_STATUS_SERVICE,
  type GroupFingerprint,
  type GroupServerStatus,
} from "./group_status.ts";

/** What a client is made of. */
export interface ShardsClientOptions {
  /** The controller's servers, `HOST:PORT`. */
  readonly ctrlers: readonly string[];
  /** Which store it must be; any, unless told. */
  readonly clusterId?: string;
  readonly clock: Clock;
  readonly random: Random;
  /** How long to try to do one thing; by default 10 s. */
  readonly patience?: Millis;
  readonly streams?: Pick<RpcOptions, "dial">;
}

/** How long one server may take to answer before another one is asked: as long as an election takes at most. */
const CALL_TIME = ms(600);

/** How long a server may take to say how it is doing. */
const STATUS_TIME = ms(3000);

/** Talks to one sharded store. */
export class ShardsClient {
  readonly #calls: NamedCalls;
  readonly #clock: Clock;
  readonly #admin: ShardctrlerClerk;
  readonly #store: KvClerk;

  constructor(options: ShardsClientOptions) {
    const { ctrlers, clusterId = "", clock, random, patience = ms(10_000), streams } = options;
    this.#clock = clock;
    this.#calls = new NamedCalls({ clusterId, clock, random: random.child("calls"), streams });
    const { call } = this.#calls;
    const clerk = (name: string, deadline?: Millis) =>
      ctrlerClerk({ clock, random: random.child(name), call, ctrlers, deadline });
    this.#admin = clerk("admin", patience);
    this.#store = new KvClerk(
      new ShardkvClerk({
        clock,
        random: random.child("store"),
        call,
        configs: clerk("configs"),
        keyToShard: hashedShard,
        callTimeout: CALL_TIME,
        pause: ms(20),
        deadline: patience,
      }),
    );
  }

  /** Has groups join or leave, or a shard moved; exactly once. */
  change(change: Change): Promise<Answer<ChangeResult>> {
    return new Promise((resolve) => this.#admin.change(change, resolve));
  }

  /** Returns a configuration, by default the newest. */
  query(num: number = NEWEST): Promise<Answer<Config>> {
    return new Promise((resolve) => this.#admin.ask(num, resolve));
  }

  /** Carries out operations on keys of one shard together. */
  run(operations: readonly KvOperation[]): Promise<KvOutcome<KvResult[]>> {
    return new Promise((resolve) => this.#store.run(operations, resolve));
  }

  /** Asks a server of a group how it is doing; `undefined` if it does not say. */
  async status(server: string): Promise<GroupServerStatus | undefined> {
    const reply = await this.#ask(server, GROUP_STATUS_SERVICE);
    return reply && decodeGroupStatus(reply);
  }

  /** Asks a server of a group what it has applied; `undefined` if it does not say. */
  async fingerprint(server: string): Promise<GroupFingerprint | undefined> {
    const reply = await this.#ask(server, GROUP_FINGERPRINT_SERVICE);
    return reply && JSON.parse(new TextDecoder().decode(reply));
  }

  /** Ends all calls, and drops all connections. */
  close(): void {
    this.#admin.stop();
    this.#store.stop();
    this.#calls.close();
  }

  #ask(server: string, service: string): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      const timer = this.#clock.after(STATUS_TIME, () => resolve(undefined));
      this.#calls.call(server, service, new Uint8Array(0), (reply) => {
        timer.cancel();
        resolve(reply);
      });
    });
  }
}
