/**
 * The client's side of a sharded store: finds the group that serves a key's shard, and the server that leads it, tries
 * again until there is an outcome, and sees to it that a command is carried out once, whichever groups it was sent to.
 */

import type { Clock, Random } from "../base/ports.ts";
import type { Millis } from "../base/units.ts";
import { decodeOperations } from "../kv/mod.ts";
import type { ClerkOutcome } from "../rsm/clerk.ts";
import type { Config } from "../shardctrler/config.ts";
import type { ConfigSource } from "./driver.ts";
import { firstByteShard, type KeyToShard } from "./key_to_shard.ts";
import { Routes } from "./routes.ts";
import { ShardCall } from "./shard_call.ts";
import type { CallServer } from "./transfer.ts";

/** What a clerk is made of. */
export interface ShardkvClerkOptions {
  readonly clock: Clock;
  /** For the client's number. */
  readonly random: Random;
  /** Calls a server of any group by its name. */
  readonly call: CallServer;
  /** Where configurations come from, or ways that are shared with other clerks. The clerk stops only the former. */
  readonly configs: ConfigSource | Routes;
  /** The function of the store's servers; the labs' unless told. */
  readonly keyToShard?: KeyToShard;
  /** How long to wait for one answer before another server is tried: several round trips. */
  readonly callTimeout: Millis;
  /** How long to wait when a shard is not served, or no server of its group answers. */
  readonly pause: Millis;
  /** How long to try; for ever unless told. */
  readonly deadline?: Millis;
  /**
   * Whether a session is opened in every shard that is written to, as groups with bounded sessions demand, or by the
   * first command; opened unless told.
   */
  readonly session?: "open" | "implicit";
}

interface Task {
  readonly operations: Uint8Array;
  /** The shard; by default that of the keys. */
  readonly shard: number | undefined;
  readonly isQuery: boolean;
  readonly onOutcome: (outcome: ClerkOutcome) => void;
}

/** A client. It does one thing at a time; what is asked meanwhile waits its turn. */
export class ShardkvClerk {
  readonly #options: ShardkvClerkOptions;
  readonly #routes: Routes;
  readonly #clientId: number;
  /** The client's session in each shard where it has one. */
  readonly #sessions = new Map<number, number>();
  #sequence = 0;
  readonly #tasks: Task[] = [];
  #call: ShardCall | undefined;
  #stopped = false;

  constructor(options: ShardkvClerkOptions) {
    this.#options = options;
    const { configs } = options;
    this.#routes = configs instanceof Routes ? configs : new Routes(configs);
    this.#clientId = options.random.bits53();
  }

  /** The number by which the store knows this client. */
  get clientId(): number {
    return this.#clientId;
  }

  /** The configuration that the clerk goes by; `undefined` before it has asked for one. */
  get config(): Config | undefined {
    return this.#routes.config;
  }

  /**
   * Has a list of key/value operations carried out together, once. All keys must be of one shard; `shard` tells which,
   * where operations have no key. `onOutcome` runs once, with the store's results.
   */
  command(
    operations: Uint8Array,
    onOutcome: (outcome: ClerkOutcome) => void,
    shard?: number,
  ): void {
    this.#enqueue({ operations, shard, isQuery: false, onOutcome });
  }

  /** Has operations that change nothing carried out together on the newest state. Otherwise likewise. */
  query(operations: Uint8Array, onOutcome: (outcome: ClerkOutcome) => void, shard?: number): void {
    this.#enqueue({ operations, shard, isQuery: true, onOutcome });
  }

  /** Ends everything. What has no outcome yet gets one. */
  stop(): void {
    this.#stopped = true;
    if (this.#routes !== this.#options.configs) this.#routes.stop();
    this.#call?.giveUp("the clerk was stopped");
    for (const { onOutcome } of this.#tasks.splice(0)) {
      onOutcome({ kind: "failed", reason: "the clerk was stopped" });
    }
  }

  #enqueue(task: Task): void {
    if (this.#stopped) {
      return task.onOutcome({ kind: "failed", reason: "the clerk was stopped" });
    }
    this.#tasks.push(task);
    if (this.#tasks.length === 1) this.#begin(task);
  }

  #begin(task: Task): void {
    const { clock, call, callTimeout, pause, deadline, session } = this.#options;
    const { keyToShard = firstByteShard } = this.#options;
    this.#call = new ShardCall({
      ...task,
      shardOf: (shardCount) => task.shard ?? shardOf(task.operations, keyToShard, shardCount),
      clock,
      call,
      callTimeout,
      pause,
      deadline,
      routes: this.#routes,
      clientId: this.#clientId,
      sessions: session === "implicit" ? undefined : this.#sessions,
      sequence: task.isQuery ? 0 : ++this.#sequence,
      onOutcome: (outcome) => {
        this.#call = undefined;
        if (this.#tasks[0] === task) this.#tasks.shift();
        task.onOutcome(outcome);
        const next = this.#tasks[0];
        if (next !== undefined && this.#call === undefined) this.#begin(next);
      },
    });
    this.#call.start();
  }
}

/** The shard of all keys; `undefined` if there are several, or no key at all. */
function shardOf(
  operations: Uint8Array,
  keyToShard: KeyToShard,
  shardCount: number,
): number | undefined {
  const shards = new Set<number>();
  for (const operation of decodeOperations(operations)) {
    if ("key" in operation) shards.add(keyToShard(operation.key, shardCount));
  }
  return shards.size === 1 ? [...shards][0] : undefined;
}
