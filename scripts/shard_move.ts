/**
 * Moves a shard of many keys between two groups of real servers while clients write to it and to the others, and says
 * how long that took: `deno run -A scripts/shard_move.ts [keys] [servers] [bytes of a piece]`.
 */

import { ms } from "../core/base/mod.ts";
import {
  checkHistory,
  HistoryRecorder,
  type KvInput,
  kvModel,
  type KvOutput,
} from "../core/check/mod.ts";
import { RealClock } from "../core/host/mod.ts";
import type { KvOperation } from "../core/kv/mod.ts";
import { TestStore } from "../core/server/shardkv/_test_store.ts";
import { hashedShard } from "../core/shardkv/mod.ts";

const SHARDS = 10;
const VALUE = new Uint8Array(100).fill(120);
/** Clients of the shard that moves, and of those that stay. */
const CLIENTS = 8;
/** Keys whose whole history is recorded and checked, in the shard that moves; every second operation is on one of them. */
const CHECKED_KEYS = 4;
/** Keys that are put together, so that filling the store does not take longer than the rest. */
const BATCH = 500;

const keyCount = Number(Deno.args[0] ?? 100_000);
const servers = Number(Deno.args[1] ?? 3);
const pieceBytes = Number(Deno.args[2] ?? 1024 * 1024);
const clock = new RealClock();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Keys of one shard share a tag. */
function tagOf(shard: number): string {
  for (let i = 0;; i++) {
    if (hashedShard(encoder.encode(`{${i}}`), SHARDS) === shard) return `{${i}}`;
  }
}

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

const put = (key: string): KvOperation => ({ kind: "put", key: encoder.encode(key), value: VALUE });

await TestStore.with(
  { gids: [1, 2], servers, shardCount: SHARDS, settings: { pieceBytes } },
  async (store) => {
    await change({ kind: "join", groups: new Map([[1, store.namesOf(1)]]) });
    await change({ kind: "join", groups: new Map([[2, store.namesOf(2)]]) });
    const owners = await store.client.query();
    if (owners.kind !== "done") throw new Error(owners.reason);
    const moving = owners.result.shards.indexOf(1);
    const tag = tagOf(moving);
    for (let i = 0; i < keyCount; i += BATCH) {
      await run(Array.from({ length: BATCH }, (_, j) => put(`${tag}${i + j}`)));
    }
    say(`shard ${moving} has ${keyCount} keys of ${VALUE.length} bytes`);

    const samples: { at: number; took: number; moves: boolean }[] = [];
    const recorder = new HistoryRecorder<KvInput, KvOutput>({ now: () => clock.now() });
    let over = false;
    const workers = Array.from({ length: 2 * CLIENTS }, async (_, i) => {
      const client = store.newClient();
      const moves = i < CLIENTS;
      for (let n = 0; !over; n++) {
        const begun = clock.now();
        if (moves && n % 2 === 0) {
          await observe(client, i, n);
        } else {
          const key = moves ? `${tag}${n % keyCount}` : `${tagOf((moving + 1 + i) % SHARDS)}${n}`;
          const outcome = await client.run([put(key)]);
          if (outcome.kind !== "done") throw new Error(outcome.reason);
        }
        samples.push({ at: clock.now(), took: clock.now() - begun, moves });
      }
      client.close();
    });
    await clock.sleep(ms(3000));
    const begun = clock.now();
    await change({ kind: "move", shard: moving, gid: 2 });
    const isThere = () =>
      store.serversOf(2).some((server) =>
        server.status().shards.some(({ shard, state }) => shard === moving && state === "serving")
      );
    const isGone = () =>
      store.serversOf(1).every((server) =>
        server.status().shards.every((each) => each.shard !== moving)
      );
    while (!isThere()) await clock.sleep(ms(5));
    const arrived = clock.now();
    while (!isGone()) await clock.sleep(ms(5));
    const deleted = clock.now();
    await clock.sleep(ms(3000));
    over = true;
    await Promise.all(workers);

    const worst = Math.max(...samples.filter(({ moves }) => moves).map(({ took }) => took));
    const rate = (from: number, to: number) => {
      const count = samples.filter(({ at, moves }) => !moves && at >= from && at < to).length;
      return `${Math.round(count / (to - from) * 1000)}/s`;
    };
    say(
      `moved in ${(arrived - begun).toFixed(0)} ms, deleted behind in ${
        (deleted - begun).toFixed(0)
      } ms`,
    );
    say(`its keys were refused for at most ${worst.toFixed(0)} ms`);
    say(
      `writes to the other shards: ${rate(begun - 2500, begun)} before, ${
        rate(begun, arrived)
      } during, ` +
        `${rate(arrived, arrived + 2500)} after`,
    );

    const history = recorder.operations();
    const { verdict } = checkHistory(kvModel, history);
    say(`${history.length} operations on ${CHECKED_KEYS} of its keys: ${verdict}`);

    /** Appends something new to a key, or reads it, and remembers both. */
    async function observe(client: typeof store.client, i: number, n: number): Promise<void> {
      const name = `${tag}checked${(i + n / 2) % CHECKED_KEYS}`;
      const key = encoder.encode(name);
      const value = `${i}.${n} `;
      const reads = n % 4 === 0;
      const recording = recorder.call(
        i,
        reads ? { op: "get", key: name } : { op: "append", key: name, value },
      );
      const operation: KvOperation = reads
        ? { kind: "get", key }
        : { kind: "append", key, value: encoder.encode(value) };
      const outcome = await client.run([operation]);
      if (outcome.kind !== "done") throw new Error(outcome.reason);
      const [result] = outcome.value;
      if (result?.kind !== "value") return recording.returned({});
      recording.returned({
        value: result.value === undefined ? null : decoder.decode(result.value),
      });
    }

    async function change(wanted: Parameters<typeof store.client.change>[0]): Promise<void> {
      const answer = await store.client.change(wanted);
      if (answer.kind !== "done") throw new Error(answer.reason);
    }

    async function run(operations: readonly KvOperation[]): Promise<void> {
      const outcome = await store.client.run(operations);
      if (outcome.kind !== "done") throw new Error(outcome.reason);
    }
  },
);
