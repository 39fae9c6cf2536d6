import assert from "node:assert/strict";
import { SeededRandom } from "../../core/base/random.ts";
import { FailedError } from "../errors.ts";
import { fillKeys, measureRedisLoad, type RedisLoadOptions } from "./redis_load.ts";

/** Answers every whole line that begins with `*` with `reply`: enough of a server for commands that are sent whole. */
function fakeServer(reply: string) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: string[] = [];
  const serve = async (conn: Deno.TcpConn) => {
    for await (const chunk of conn.readable) {
      const commands = new TextDecoder().decode(chunk).split("*").slice(1);
      seen.push(...commands);
      await conn.write(new TextEncoder().encode(reply.repeat(commands.length)));
    }
  };
  const accepting = (async () => {
    const connections: Promise<void>[] = [];
    for await (const conn of listener) connections.push(serve(conn).catch(() => {}));
    await Promise.all(connections);
  })();
  const close = () => (listener.close(), accepting);
  return { port: listener.addr.port, seen, close };
}

function options(port: number): RedisLoadOptions {
  return {
    targets: [{ hostname: "127.0.0.1", port }],
    keys: 200,
    valueBytes: 8,
    warmUpMs: 0,
    measureMs: 50,
    random: new SeededRandom(1n),
    now: () => performance.now(),
    interrupted: new AbortController().signal,
  };
}

Deno.test("a load counts the operations that were answered", async () => {
  const server = fakeServer("+OK\r\n");
  const load = { operation: "SET", clients: 3, pipeline: 4 } as const;
  const figures = await measureRedisLoad(load, options(server.port));
  await server.close();
  assert.ok(figures.operations > 0 && figures.operations <= server.seen.length);
  assert.equal(figures.operations % 4, 0);
});

Deno.test("filling writes every key", async () => {
  const server = fakeServer("+OK\r\n");
  await fillKeys(options(server.port));
  await server.close();
  const keys = new Set(server.seen.map((command) => /key:\d+/.exec(command)![0]));
  assert.equal(keys.size, 200);
});

Deno.test("a load ends with what the server said, or that there is none", async () => {
  const server = fakeServer("-READONLY no\r\n");
  const load = { operation: "SET", clients: 1, pipeline: 1 } as const;
  await assert.rejects(
    measureRedisLoad(load, options(server.port)),
    new FailedError("the server answered: READONLY no"),
  );
  await server.close();
  await assert.rejects(measureRedisLoad(load, options(server.port)), /cannot connect to 127/);
});
