import assert from "node:assert/strict";
import { serverId } from "../../../core/base/durable.ts";
import {
  type Config,
  firstConfig,
  type Gid,
  ShardctrlerStateMachine,
} from "../../../core/shardctrler/mod.ts";
import { ConfigWatch } from "./config_watch.ts";

const [A, B] = [1, 2];

function configOf(num: number, shards: readonly Gid[], gids: readonly Gid[]): Config {
  return { num, shards, groups: new Map(gids.map((gid) => [gid, [`server-${gid}`]])) };
}

/** A server of the controller that makes whatever it is told to. */
class Server {
  readonly #watch: ConfigWatch;
  readonly #id: number;
  readonly #machine = new ShardctrlerStateMachine(4);

  constructor(watch: ConfigWatch, id: number) {
    this.#watch = watch;
    this.#id = id;
  }

  make(...configs: readonly Config[]): void {
    (this.#machine.history as Config[]).push(...configs);
    this.#watch.onApplied(serverId(this.#id), this.#machine);
  }

  /** Changes a configuration that was made long ago. */
  spoil(num: number, gid: Gid): void {
    (this.#machine.history[num]!.groups as Map<Gid, readonly string[]>).set(gid, []);
  }
}

const FIRST = configOf(1, [A, A, A, A], [A]);
const SECOND = configOf(2, [A, A, B, B], [A, B]);

function servers(watch = new ConfigWatch()): [Server, Server] {
  return [new Server(watch, 0), new Server(watch, 1)];
}

Deno.test("ConfigWatch: what is right on all servers is right, and stays known", () => {
  const watch = new ConfigWatch();
  assert.deepEqual([watch.newestNum, watch.at(0)], [0, undefined]);
  for (const server of servers(watch)) {
    server.make(FIRST);
    server.make(SECOND);
    server.make(configOf(3, [A, A, A, B], [A, B]));
    server.make(configOf(4, [0, 0, 0, 0], []));
  }
  assert.equal(watch.newestNum, 4);
  assert.deepEqual(watch.at(0), firstConfig(4));
  assert.deepEqual(watch.at(2), SECOND);
});

Deno.test("ConfigWatch: a change that breaks a rule is seen, and which rule it is", () => {
  const broken: Record<string, (one: Server, other: Server) => void> = {
    OneConfigPerChange: (one) => one.make(FIRST, SECOND),
    ConfigAgreement: (one, other) => {
      one.make(FIRST);
      other.make(configOf(1, [B, B, B, B], [B]));
    },
    ShardsHaveOwners: (one) => one.make(configOf(1, [A, A, A, B], [A])),
    ShardsAreBalanced: (one) => one.make(configOf(1, [A, A, A, B], [A, B])),
    FewestShardsMove: (one) => {
      one.make(FIRST);
      one.make(SECOND);
      one.make(configOf(3, [A, B, 3, B], [A, B, 3]));
      one.make(configOf(4, [B, B, A, A], [A, B]));
    },
    MoveMovesOneShard: (one) => {
      one.make(FIRST);
      one.make(SECOND);
      one.make(configOf(3, [B, B, B, B], [A, B]));
    },
  };
  for (const [property, play] of Object.entries(broken)) {
    assert.throws(() => play(...servers()), { property }, property);
  }
});

Deno.test("ConfigWatch: a configuration that was made is never changed (ConfigsNeverChange)", () => {
  for (const num of [0, 1]) {
    const [one] = servers();
    if (num > 0) one.make(FIRST);
    one.spoil(num, B);
    assert.throws(
      () => one.make(num > 0 ? SECOND : FIRST),
      (error: Error) =>
        error.message.startsWith(`ConfigsNeverChange: configuration ${num} was [`) &&
        error.message.includes(`when it makes ${num + 1}`),
    );
  }
});
