/** The store, used with `ioredis`, a client library that nobody here wrote. */

import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { Redis } from "ioredis";
import { withCluster } from "./_cluster.ts";

function connect(port: number, options: Record<string, unknown> = {}): Redis {
  const redis = new Redis({ host: "127.0.0.1", port, ...options });
  redis.on("error", () => {});
  return redis;
}

/** Says goodbye, and waits until the connection is gone. */
async function leave(...clients: Redis[]): Promise<void> {
  for (const redis of clients) {
    if (redis.status === "end") continue;
    const ended = new Promise((resolve) => redis.once("end", resolve));
    redis.disconnect();
    await ended;
  }
}

Deno.test("ioredis: every command, on every server, whichever leads", () =>
  withCluster(3, async (cluster) => {
    const clients = cluster.ids.map((id) => connect(cluster.port(id)));
    const [a, b, c] = clients as [Redis, Redis, Redis];
    assert.equal(await a.set("greeting", "hello"), "OK");
    assert.equal(await b.get("greeting"), "hello");
    assert.equal(await c.append("greeting", " world"), 11);
    assert.equal(await a.getset("greeting", "x"), "hello world");
    assert.equal(await b.set("greeting", "y", "NX"), null);
    assert.equal(await c.mset({ one: "1", two: "2" }), "OK");
    assert.deepEqual(await a.mget("one", "two", "three"), ["1", "2", null]);
    assert.equal(await b.incrby("one", 41), 42);
    assert.deepEqual((await c.keys("*")).sort(), ["greeting", "one", "two"]);
    assert.equal(await a.del("one", "two"), 2);
    assert.equal(await b.dbsize(), 1);
    assert.match(await c.info("raft"), /role:(leader|follower)/);
    await assert.rejects(() => a.lpush("list", "x"), /ERR unknown command/);
    await leave(...clients);
  }));

Deno.test("ioredis: any bytes are keys and values", () =>
  withCluster(1, async (cluster) => {
    const redis = connect(cluster.port(cluster.ids[0]!));
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const large = Buffer.alloc(3_000_000, bytes);
    await redis.set(bytes, large);
    assert.ok(large.equals((await redis.getBuffer(bytes))!));
    assert.equal(await redis.strlen(bytes), 3_000_000);
    await leave(redis);
  }));

Deno.test("ioredis: pipelines, scans, and a thousand calls at a time", () =>
  withCluster(3, async (cluster) => {
    const redis = connect(cluster.port(cluster.ids[0]!));
    const pipeline = redis.pipeline();
    for (let i = 0; i < 1000; i++) pipeline.set(`key:${i}`, `${i}`).incr(`key:${i}`);
    const results = (await pipeline.exec())!;
    assert.equal(results.length, 2000);
    assert.ok(results.every(([error], i) => error === null && results[i]![1] !== undefined));
    assert.equal(results[1999]![1], 1000);
    await Promise.all(Array.from({ length: 1000 }, () => redis.incr("counter")));
    assert.equal(await redis.get("counter"), "1000");
    const seen = new Set<string>();
    for await (const keys of redis.scanStream({ match: "key:*", count: 100 })) {
      for (const key of keys as string[]) seen.add(key);
    }
    assert.equal(seen.size, 1000);
    await leave(redis);
  }));

Deno.test("ioredis: passwords", () =>
  withCluster(1, async (cluster) => {
    const port = cluster.port(cluster.ids[0]!);
    const good = connect(port, { password: "secret" });
    assert.equal(await good.set("k", "v"), "OK");
    const bad = connect(port, { password: "wrong", retryStrategy: null });
    await assert.rejects(() => bad.get("k"), /NOAUTH|WRONGPASS/);
    await leave(good, bad);
  }, { password: new TextEncoder().encode("secret") }));

Deno.test("ioredis: goes on when the leader dies, and comes back to a server that does; nothing is lost", () =>
  withCluster(3, async (cluster) => {
    const leader = await cluster.leader();
    const others = cluster.ids.filter((id) => id !== leader);
    const options = { retryStrategy: () => 20, maxRetriesPerRequest: null };
    const follower = connect(cluster.port(others[0]!), options);
    const client = connect(cluster.port(leader), options);
    for (let i = 0; i < 100; i++) await client.set(`key:${i}`, `${i}`);
    const [, written] = await Promise.all([
      cluster.stopServer(leader),
      // Through a follower, while its leader dies: carried out exactly once, late rather than never.
      (async () => {
        for (let i = 0; i < 50; i++) await follower.incr("counter");
        return await follower.get("counter");
      })(),
    ]);
    assert.equal(written, "50");
    await cluster.startServer(leader);
    const keys = Array.from({ length: 100 }, (_, i) => `key:${i}`);
    assert.deepEqual(await client.mget(...keys), keys.map((_, i) => `${i}`));
    await leave(follower, client);
  }));
