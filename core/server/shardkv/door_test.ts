/** Redis clients of a sharded store of real servers, in one process. */

import assert from "node:assert/strict";
import { RawClient } from "../../host/resp/_raw_client.ts";
import type { Change, Gid } from "../../shardctrler/mod.ts";
import { hashedShard } from "../../shardkv/mod.ts";
import { TestStore } from "./_test_store.ts";

const SHARDS = 8;
const KEYS = Array.from({ length: 60 }, (_, i) => `key ${i}`);
const encoder = new TextEncoder();

type Talk = (client: RawClient, requests: readonly (readonly string[])[]) => Promise<string[]>;

/** Sends requests together, and reads a reply to each, as one text. */
const ask: Talk = async (client, requests) => {
  await client.send(requests.map(encode).join(""));
  const replies: string[] = [];
  for (let i = 0; i < requests.length; i++) replies.push(await reply(client));
  return replies;
};

function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
}

async function reply(client: RawClient): Promise<string> {
  const line = (await client.line()).trimEnd();
  const count = Number(line.slice(1));
  if (line.startsWith("$")) return count < 0 ? "nil" : (await client.read(count + 2)).slice(0, -2);
  if (!line.startsWith("*")) return line;
  const parts: string[] = [];
  for (let i = 0; i < count; i++) parts.push(await reply(client));
  return `[${parts.join(" ")}]`;
}

async function change(store: TestStore, change: Change): Promise<void> {
  const answer = await store.client.change(change);
  assert.ok(answer.kind === "done" && answer.result.kind === "changed", JSON.stringify(answer));
}

function join(store: TestStore, ...gids: readonly Gid[]): Promise<void> {
  const groups = new Map(gids.map((gid) => [gid, store.namesOf(gid)]));
  return change(store, { kind: "join", groups });
}

function door(store: TestStore, gid: Gid, server = 0): Promise<RawClient> {
  return RawClient.connect(store.serversOf(gid)[server]!.clientsAddress!.port);
}

Deno.test("the door: clients of all servers see what an oracle says, while shards move", () =>
  TestStore.with(
    { gids: [1, 2], servers: 1, shardCount: SHARDS, settings: { pieceBytes: 300 } },
    async (store) => {
      await join(store, 1);
      let rounds = 0;
      let isMoving = true;
      const play = async (client: RawClient, keys: readonly string[]) => {
        const values = new Map<string, string>();
        for (let round = 0; isMoving || round < 2; round++) {
          const expected: string[] = [];
          const requests = keys.flatMap((key, i) => {
            const value = (values.get(key) ?? "") + `${round},`;
            values.set(key, value);
            expected.push(`:${value.length}`, value, i % 2 === 0 ? ":1" : value);
            return [["append", key, `${round},`], ["get", key], [
              i % 2 === 0 ? "exists" : "getset",
              key,
              ...i % 2 === 0 ? [] : [value],
            ]];
          });
          assert.deepEqual(await ask(client, requests), expected);
          rounds++;
        }
      };
      const clients = await Promise.all([door(store, 1), door(store, 2), door(store, 2)]);
      const playing = clients.map((client, i) =>
        play(client, KEYS.filter((_, at) => at % clients.length === i))
      );
      const moving = (async () => {
        await join(store, 2);
        await change(store, { kind: "move", shard: 0, gid: 1 });
        await change(store, { kind: "move", shard: 1, gid: 2 });
        await change(store, { kind: "leave", gids: [1] });
        const isDone = () => store.serversOf(2)[0]!.status().shards.length === SHARDS;
        while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 10));
        isMoving = false;
      })();
      await Promise.all([...playing, moving]);
      assert.ok(rounds >= 2 * clients.length);
      const [everybody] = await ask(clients[0]!, [["dbsize"]]);
      assert.equal(everybody, `:${KEYS.length}`);
      for (const client of clients) client.close();
    },
  ));

Deno.test("the door: what a dead group has is TRYAGAIN or UNCERTAIN; whoever wants other shards does not notice", () =>
  TestStore.with({ gids: [1, 2], servers: 1, shardCount: SHARDS }, async (store) => {
    await join(store, 1, 2);
    const [atOne, other] = await Promise.all([door(store, 1), door(store, 1)]);
    assert.deepEqual(
      new Set(await ask(atOne, KEYS.map((key) => ["set", key, "v"]))),
      new Set(["+OK"]),
    );
    const shardOf = (key: string) => hashedShard(encoder.encode(key), SHARDS);
    const own = new Set(store.serversOf(1)[0]!.status().shards.map(({ shard }) => shard));
    const alive = KEYS.filter((key) => own.has(shardOf(key)));
    const dead = KEYS.filter((key) => !own.has(shardOf(key)));
    assert.ok(alive.length > 5 && dead.length > 5);
    await store.stopGroup(2);
    const refused = ask(other, [["set", dead[0]!, "w"], ["get", dead[0]!], ["dbsize"]]);
    for (let i = 0; i < 20; i++) {
      const answers = await ask(atOne, alive.map((key) => ["append", key, "+"]));
      assert.deepEqual(new Set(answers), new Set([`:${i + 2}`]));
    }
    await store.startGroup(2);
    // The dead group is back before the clients have lost patience, or it is not: both can be told.
    for (const answer of await refused) {
      assert.match(answer, /^([+]OK|[vw]|:60|-TRYAGAIN .*|-UNCERTAIN .*)$/);
    }
    atOne.close();
    other.close();
  }));
