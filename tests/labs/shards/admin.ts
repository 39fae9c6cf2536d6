/** The controller as the tests see it: promises of the test's world around a clerk. */

import {
  type Change,
  type ChangeResult,
  type Config,
  type Gid,
} from "../../../core/shardctrler/mod.ts";
import { type Answer, NEWEST, type ShardctrlerClerk } from "../../../core/shardctrler/mod.ts";
import type { World } from "../harness/world.ts";
import { TestFailure } from "../lab_test.ts";
import type { QueryWatch } from "./query_watch.ts";

/** A clerk of the controller. It retries for ever. */
export class Admin {
  readonly #world: World;
  readonly #clerk: ShardctrlerClerk;
  readonly #watch: QueryWatch;

  /** `watch` is the one of all clerks of the controller. */
  constructor(world: World, clerk: ShardctrlerClerk, watch: QueryWatch) {
    this.#world = world;
    this.#clerk = clerk;
    this.#watch = watch;
  }

  /** Adds groups with their servers, all in one configuration. */
  join(groups: Readonly<Record<Gid, readonly string[]>>): Promise<void> {
    const list = Object.entries(groups).map(([gid, servers]) => [Number(gid), servers] as const);
    return this.#change({ kind: "join", groups: new Map(list) });
  }

  /** Removes groups, all in one configuration. */
  leave(gids: readonly Gid[]): Promise<void> {
    return this.#change({ kind: "leave", gids });
  }

  move(shard: number, gid: Gid): Promise<void> {
    return this.#change({ kind: "move", shard, gid });
  }

  /** Returns a configuration, by default the newest. */
  async query(num: number = NEWEST): Promise<Config> {
    const check = this.#watch.onAsked(num);
    const config = await this.#ask<Config>((onAnswer) => this.#clerk.ask(num, onAnswer));
    check(config.num);
    return config;
  }

  /** Ends the clerk; what is under way never returns. */
  stop(): void {
    this.#clerk.stop();
  }

  async #change(change: Change): Promise<void> {
    const result = await this.#ask<ChangeResult>((onAnswer) =>
      this.#clerk.change(change, onAnswer)
    );
    if (result.kind === "refused") {
      throw new TestFailure(`${change.kind} was refused: ${result.reason}`);
    }
    this.#watch.onTold(result.num);
  }

  /** A clerk that never gives up, with a session that is never forgotten, fails only when it is stopped. */
  #ask<Result>(ask: (onAnswer: (answer: Answer<Result>) => void) => void): Promise<Result> {
    const { promise, resolve } = this.#world.deferred<Result>();
    ask((answer) => {
      if (answer.kind === "done") resolve(answer.result);
    });
    return promise;
  }
}
