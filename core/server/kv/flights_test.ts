/** What travels together, what is split, and what clients are told when it does not arrive. */

import assert from "node:assert/strict";
import { decodeOperations, KvStateMachine } from "../../kv/mod.ts";
import type { ClerkOutcome } from "../../rsm/mod.ts";
import { withTestServer } from "./_test_server.ts";
import { Batches, type Courier } from "./batches.ts";

Deno.test("flights: all commands of a pipeline are one batch", () =>
  withTestServer(async (server) => {
    const pipeline = Array.from({ length: 100 }, (_, i) => `set k${i} v\r\nget k${i}\r\n`).join("");
    assert.equal(await server.talk(pipeline), "+OK\r\n$1\r\nv\r\n".repeat(100));
    assert.ok(server.batches <= 4, `${server.batches} batches`);
  }));

Deno.test("flights: commands of many clients share batches", () =>
  withTestServer(async (server) => {
    await server.talk("set n 100\r\n");
    const clients = await Promise.all(Array.from({ length: 50 }, () => server.connect()));
    await Promise.all(clients.map((client) => client.send("incr n\r\n")));
    await Promise.all(clients.map((client) => client.read(6)));
    assert.ok(server.batches < 50, `${server.batches} batches`);
    assert.equal(await server.talk("get n\r\n"), "$3\r\n150\r\n");
    for (const client of clients) client.close();
  }));

Deno.test("flights: AUTH and the like take their turn", () =>
  withTestServer(async (server) => {
    assert.equal(
      await server.talk("get k\r\nauth secret\r\nset k v\r\nping\r\nget k\r\nhello x\r\nget k\r\n"),
      "-NOAUTH Authentication required.\r\n+OK\r\n+OK\r\n+PONG\r\n$1\r\nv\r\n" +
        "-ERR Protocol version is not an integer or out of range\r\n$1\r\nv\r\n",
    );
  }, { password: "secret" }));

function courierThatSays(outcome: ClerkOutcome): Courier {
  return {
    command: (_bytes, onOutcome) => onOutcome(outcome),
    query: (_bytes, onOutcome) => onOutcome(outcome),
  };
}

Deno.test("flights: what may have been carried out is UNCERTAIN, never OK", () =>
  withTestServer(async (server) => {
    const replies = (await server.talk("set k v\r\nget k\r\nmset a 1 b 2\r\nping\r\nget k\r\n"))
      .split("\r\n");
    assert.deepEqual(replies.map((reply) => reply.split(" ")[0]), [
      ...["-UNCERTAIN", "-TRYAGAIN", "-UNCERTAIN", "+PONG", "-TRYAGAIN", ""],
    ]);
  }, { courier: courierThatSays({ kind: "uncertain", reason: "no answer came in time" }) }));

Deno.test("flights: what was certainly not carried out is TRYAGAIN", () =>
  withTestServer(async (server) => {
    assert.equal(
      await server.talk("set k v\r\n"),
      "-TRYAGAIN the command was not carried out: no answer came in time\r\n",
    );
  }, { courier: courierThatSays({ kind: "failed", reason: "no answer came in time" }) }));

Deno.test("flights: long replies come in several turns, all of them and in order", async () => {
  const store = new KvStateMachine({ resultBytesMax: 1000 });
  await withTestServer(async (server) => {
    const long = "x".repeat(900);
    await server.talk(`mset a ${long}1 b ${long}2 c ${long}3\r\n`);
    const value = (digit: number) => `$901\r\n${long}${digit}\r\n`;
    assert.equal(
      await server.talk("get a\r\nget b\r\nget c\r\nget a\r\nset d 1\r\nget b\r\nget d\r\n"),
      [1, 2, 3, 1].map(value).join("") + "+OK\r\n" + value(2) + "$1\r\n1\r\n",
    );
    const clients = await Promise.all(Array.from({ length: 20 }, () => server.connect()));
    await Promise.all(clients.map((client) => client.send("mget a b\r\nget c\r\n")));
    for (const client of clients) {
      const expected = `*2\r\n${value(1)}${value(2)}${value(3)}`;
      assert.equal(await client.read(expected.length), expected);
      client.close();
    }
    assert.equal(
      await server.talk("get d\r\nmget a b c a\r\nget d\r\n"),
      "$1\r\n1\r\n-ERR the reply would be too long\r\n$1\r\n1\r\n",
    );
  }, { store });
});

Deno.test("flights: MSET is never split, however long the pipeline", async () => {
  const groups: number[] = [];
  const store = new KvStateMachine();
  await withTestServer(async (server) => {
    const words = Array.from({ length: 900 }, (_, i) => `k${i} v`).join(" ");
    assert.equal(await server.talk(`mset ${words}\r\n`.repeat(5)), "+OK\r\n".repeat(5));
    assert.equal(groups.reduce((sum, count) => sum + count, 0), 4500);
    assert.ok(groups.every((count) => count % 900 === 0), `${groups}`);
  }, {
    courier: {
      command(bytes, onOutcome) {
        groups.push(decodeOperations(bytes).length);
        onOutcome({ kind: "done", result: store.apply(bytes, 1 as never) });
      },
      query: () => {},
    },
  });
});

Deno.test("regression: of long values no more are under way than the servers can carry beside their heartbeats", () => {
  const value = new Uint8Array(6 * 1024 * 1024);
  const underWay: (() => void)[] = [];
  let most = 0;
  const courier = (): Courier => ({
    command(bytes, onOutcome) {
      const results = new KvStateMachine().apply(bytes, 1 as never);
      underWay.push(() => onOutcome({ kind: "done", result: results }));
      most = Math.max(most, underWay.length);
    },
    query: () => {},
  });
  const writers = Array.from({ length: 16 }, courier);
  const batches = new Batches({ writers, readers: [courier()], gather: (next) => next() });
  let done = 0;
  for (let i = 0; i < 24; i++) {
    batches.add({
      operations: [{ kind: "put", key: new Uint8Array([i]), value }],
      bytes: value.length,
      writes: true,
      onOutcome: ({ kind }) => done += kind === "done" ? 1 : 0,
    });
  }
  while (underWay.length > 0) underWay.shift()!();
  assert.deepEqual({ most, done, waiting: batches.waiting }, { most: 2, done: 24, waiting: 0 });
});
