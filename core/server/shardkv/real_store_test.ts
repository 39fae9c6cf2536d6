import assert from "node:assert/strict";
import { RealClock, systemRandom } from "../../host/mod.ts";
import type { KvOperation } from "../../kv/mod.ts";
import { encodeClerkRequest } from "../../rsm/mod.ts";
import type { Change, Gid } from "../../shardctrler/mod.ts";
import { encodeCommand, hashedShard, SHARDKV_SERVICE } from "../../shardkv/mod.ts";
import { NamedCalls } from "../shardctrler/mod.ts";
import { TestStore } from "./_test_store.ts";

const SHARDS = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function put(key: string, value: string): KvOperation {
  return { kind: "put", key: encoder.encode(key), value: encoder.encode(value) };
}

async function change(store: TestStore, change: Change): Promise<number> {
  const answer = await store.client.change(change);
  assert.ok(answer.kind === "done" && answer.result.kind === "changed", JSON.stringify(answer));
  return answer.result.num;
}

function join(store: TestStore, gid: Gid): Promise<number> {
  return change(store, { kind: "join", groups: new Map([[gid, store.namesOf(gid)]]) });
}

async function read(store: TestStore, key: string): Promise<string | undefined> {
  const outcome = await store.client.run([{ kind: "get", key: encoder.encode(key) }]);
  assert.ok(outcome.kind === "done", `${key}: ${JSON.stringify(outcome)}`);
  const [result] = outcome.value;
  assert.ok(result?.kind === "value");
  return result.value && decoder.decode(result.value);
}

/** Waits until all servers of a group are at a configuration, and have nothing to hand on. */
async function settled(store: TestStore, gid: Gid, num: number): Promise<void> {
  const isSettled = () =>
    store.serversOf(gid).every((server) => {
      const status = server.status();
      return status.num === num && status.shards.every(({ state }) => state === "serving");
    });
  while (!isSettled()) await new Promise((resolve) => setTimeout(resolve, 10));
}

Deno.test("a sharded store of real servers: shards move with all they have, in pieces, and are deleted behind", async () => {
  const settings = { pieceBytes: 200 };
  await TestStore.with(
    { gids: [1, 2], servers: 3, shardCount: SHARDS, settings },
    async (store) => {
      await join(store, 1);
      const keys = Array.from({ length: 100 }, (_, i) => `key ${i}`);
      for (const key of keys) {
        const outcome = await store.client.run([put(key, `value of ${key}`)]);
        assert.equal(outcome.kind, "done");
      }
      let num = await join(store, 2);
      await settled(store, 1, num);
      await settled(store, 2, num);
      for (const gid of [1, 2]) {
        const { shards } = store.serversOf(gid)[0]!.status();
        assert.equal(shards.length, SHARDS / 2);
      }
      for (const key of keys) assert.equal(await read(store, key), `value of ${key}`);

      await store.stopGroup(1);
      const onTwo = new Set(store.serversOf(2)[0]!.status().shards.map(({ shard }) => shard));
      const alive = keys.filter((key) => onTwo.has(hashedShard(encoder.encode(key), SHARDS)));
      assert.ok(alive.length > 10);
      for (const key of alive) assert.equal(await read(store, key), `value of ${key}`);
      num = await change(store, { kind: "leave", gids: [1] });
      await store.startGroup(1);
      await settled(store, 1, num);
      await settled(store, 2, num);
      for (const key of keys) assert.equal(await read(store, key), `value of ${key}`);
      const [status] = await Promise.all(store.namesOf(2).map((name) => store.client.status(name)));
      assert.deepEqual([status?.gid, status?.num, status?.shards.length], [2, num, SHARDS]);
    },
  );
});

Deno.test("a client cannot make a group take a configuration", () =>
  TestStore.with({ gids: [1], servers: 1, shardCount: SHARDS }, async (store) => {
    const num = await join(store, 1);
    await settled(store, 1, num);
    const [name] = store.namesOf(1);
    const calls = new NamedCalls({
      clusterId: "test",
      clock: new RealClock(),
      random: systemRandom(),
    });
    const answers: string[] = [];
    const forged = { num: num + 1, shards: new Array(SHARDS).fill(2), groups: new Map([[2, []]]) };
    const send = (kind: string, request: Parameters<typeof encodeClerkRequest>[0]) =>
      new Promise<void>((resolve) => {
        calls.call(name!, SHARDKV_SERVICE, encodeClerkRequest(request), (reply) => {
          if (reply !== undefined) answers.push(kind);
          resolve();
        });
      });
    const step = encodeCommand({ kind: "step", config: forged });
    const forgery = send("step", { kind: "bare", command: step });
    // The same connection, so it comes after.
    const open = encodeCommand({ kind: "open", shard: 0, clientId: 1 });
    await send("open", { kind: "bare", command: open });
    assert.deepEqual(answers, ["open"]);
    assert.equal(store.serversOf(1)[0]!.status().num, num);
    calls.close();
    await forgery;
  }));
