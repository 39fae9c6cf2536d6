/** What callers may rely on. */

import assert from "node:assert/strict";
import { DamagedDataError } from "../../base/errors.ts";
import { ms } from "../../base/units.ts";
import {
  concat,
  frame,
  HELLO,
  makeClient,
  pause,
  RawPeer,
  requestFrame,
  startServer,
  testOptions,
  u32,
  until,
} from "./_test_peers.ts";
import { dialTcp, listenTcp } from "./tcp_stream.ts";
import { RpcError, type RpcFailure } from "./errors.ts";
import { encodeHello, encodeRefusal, MessageKind } from "./messages.ts";
import type { RpcLogEvent } from "./options.ts";
import { RpcServer } from "./rpc_server.ts";

const EMPTY = new Uint8Array(0);

async function assertFails(
  call: Promise<Uint8Array>,
  failure: RpcFailure,
  definite: boolean,
  message?: RegExp,
): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof RpcError, String(error));
    assert.equal(error.failure, failure);
    assert.equal(error.definite, definite);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}

Deno.test("RpcClient.call() resolves the reply, of any size up to the limit", async () => {
  const { server, log } = startServer();
  const client = makeClient(server);
  const largest = 16 * 1024 * 1024 - 10 - "Echo".length;
  for (const size of [0, 1, 1010, 1011, 4000, 65_000, 65_520, 65_530, 1 << 20, largest]) {
    const request = new Uint8Array(size);
    for (let i = 0; i < size; i++) request[i] = i * 7 + (i >> 8);
    const reply = await client.call("Echo", request);
    assert.ok(reply.length === size && Buffer.from(reply).equals(request), `${size} bytes`);
  }
  client.close();
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("RpcClient.call() keeps no reference to the request", async () => {
  const { server } = startServer();
  const client = makeClient(server);
  const request = u32(1);
  const beforeConnecting = client.call("Echo", request);
  request.fill(2);
  assert.deepEqual(await beforeConnecting, u32(1));
  const connected = client.call("Echo", request);
  request.fill(3);
  assert.deepEqual(await connected, new Uint8Array(4).fill(2));
  client.close();
  await server.close();
});

Deno.test("RpcServer keeps no reference to a reply, nor do requests and replies share bytes", async () => {
  const { server } = startServer();
  const requests: Uint8Array[] = [];
  const reused = new Uint8Array(4);
  server.serve("Keep", (request, reply) => {
    requests.push(request);
    reused.set(request);
    reply(reused);
    reused.fill(0);
  });
  const client = makeClient(server);
  const calls = Array.from({ length: 500 }, (_, i) => client.call("Keep", u32(i)));
  const replies = await Promise.all(calls);
  for (let i = 0; i < 500; i++) {
    assert.deepEqual(replies[i], u32(i));
    assert.deepEqual(requests[i], u32(i));
  }
  client.close();
  await server.close();
});

Deno.test("RpcClient has many calls in flight, and takes replies in any order", async () => {
  const { server } = startServer();
  const waiting: (() => void)[] = [];
  server.serve("Hold", (request, reply) => {
    waiting.push(() => reply(request));
  });
  const client = makeClient(server);
  const order: number[] = [];
  const calls = Array.from(
    { length: 100 },
    (_, i) => client.call("Hold", u32(i)).then(() => order.push(i)),
  );
  await until(() => waiting.length === 100, "all requests");
  for (const answer of waiting.reverse()) answer();
  await Promise.all(calls);
  assert.deepEqual(order, Array.from({ length: 100 }, (_, i) => 99 - i));
  client.close();
  await server.close();
});

Deno.test("RpcClient sends no more calls at a time than may be in flight, and all in the end", async () => {
  const { server } = startServer();
  let handling = 0;
  let most = 0;
  server.serve("Count", (request, reply) => {
    most = Math.max(most, ++handling);
    setTimeout(() => {
      handling--;
      reply(request);
    }, 1);
  });
  const client = makeClient(server, { callsInFlightMax: 10 });
  const calls = Array.from({ length: 100 }, (_, i) => client.call("Count", u32(i)));
  assert.deepEqual((await Promise.all(calls)).at(-1), u32(99));
  assert.equal(most, 10);
  client.close();
  await server.close();
});

Deno.test("RpcClient.call() fails definitely when too much waits to be sent", async () => {
  const { server } = startServer();
  const client = makeClient(server, { queueBytesMax: 1000 });
  const first = client.call("Echo", new Uint8Array(900));
  await assertFails(client.call("Echo", new Uint8Array(101)), "overloaded", true);
  assert.equal((await first).length, 900);
  client.close();
  await server.close();
});

Deno.test("RpcClient.call() fails definitely when there is no such service", async () => {
  const { server } = startServer();
  const client = makeClient(server);
  await assertFails(client.call("Nope", EMPTY), "no service", true, /There is no service "Nope"/);
  assert.deepEqual(await client.call("Echo", u32(1)), u32(1));
  await assert.rejects(client.call("x".repeat(256), EMPTY), RangeError);
  client.close();
  await server.close();
});

Deno.test("RpcClient.call() fails when request or reply are too large, and the connection stays", async () => {
  const limits = { frameBytesMax: 1000 };
  const { server, log } = startServer(limits);
  const client = makeClient(server, limits);
  await assertFails(client.call("Echo", new Uint8Array(987)), "too large", true);
  await assertFails(client.call("Zeros", u32(996)), "too large", false);
  assert.equal((await client.call("Zeros", u32(995))).length, 995);
  assert.equal((await client.call("Echo", new Uint8Array(986))).length, 986);
  client.close();
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("RpcClient.call() fails at its deadline, indefinitely once the request was sent", async () => {
  const { server } = startServer();
  let handled = 0;
  let late: ((reply: Uint8Array) => void) | undefined;
  server.serve("Never", (_request, reply) => {
    handled++;
    late = reply;
  });
  const client = makeClient(server, { callsInFlightMax: 1 });
  await client.call("Echo", EMPTY);
  const start = performance.now();
  const sent = client.call("Never", EMPTY, ms(40));
  const unsent = client.call("Never", EMPTY, ms(20));
  await assertFails(unsent, "deadline", true);
  await assertFails(sent, "deadline", false);
  assert.ok(performance.now() - start >= 39);
  assert.equal(handled, 1);
  late!(EMPTY);
  assert.deepEqual(await client.call("Echo", u32(5)), u32(5));
  client.close();
  await server.close();
});

Deno.test("RpcServer forgets calls that nobody waits for any more", async () => {
  const { server } = startServer({ callsInFlightMax: 4, aliveInterval: 20 });
  server.serve("Never", () => {});
  const client = makeClient(server);
  const calls = Array.from({ length: 4 }, () => client.call("Never", EMPTY, ms(10)));
  for (const call of calls) await assertFails(call, "deadline", false);
  assert.deepEqual(await client.call("Echo", u32(5), ms(2000)), u32(5));
  client.close();
  await server.close();
});

Deno.test("RpcClient.call() fails definitely when nobody listens, and tries again later", async () => {
  const { server: first } = startServer();
  const address = { hostname: first.hostname, port: first.port };
  await first.close();
  const log: RpcLogEvent[] = [];
  const client = makeClient(address, { backoffMin: 5, backoffMax: 20 }, log);
  const calls = [client.call("Echo", EMPTY), client.call("Echo", EMPTY)];
  for (const call of calls) await assertFails(call, "unreachable", true, /refused/);
  await assertFails(client.call("Echo", EMPTY), "unreachable", true);
  assert.equal(log.length, 1, "The same failure is logged once");
  const { server: second } = startServer({}, address.port);
  assert.deepEqual(await retried(() => client.call("Echo", u32(1))), u32(1));
  client.close();
  await second.close();
});

async function retried(call: () => Promise<Uint8Array>): Promise<Uint8Array> {
  for (let attempt = 0; attempt < 100; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
    }
  }
  throw new Error("All attempts failed");
}

Deno.test("RpcClient fails the calls in flight indefinitely when the connection breaks, and connects again", async () => {
  const { server: first } = startServer();
  const address = { hostname: first.hostname, port: first.port };
  let handled = 0;
  first.serve("Never", () => {
    handled++;
  });
  const log: RpcLogEvent[] = [];
  const client = makeClient(address, {}, log);
  await client.call("Echo", EMPTY);
  const calls = [client.call("Never", EMPTY), client.call("Never", EMPTY)];
  await until(() => handled === 2);
  const failed = Promise.all(calls.map((call) => assertFails(call, "broken", false)));
  await first.close();
  await failed;
  const { server: second } = startServer({}, address.port);
  assert.deepEqual(await client.call("Echo", u32(2)), u32(2));
  client.close();
  await second.close();
  assert.deepEqual(log.map((each) => each.event), ["connection broken"]);
});

Deno.test("RpcClient fails definitely when the server does not want it, with the server's reason", async () => {
  const { server } = startServer();
  const log: RpcLogEvent[] = [];
  const client = makeClient(server, {}, log, { clusterId: "green" });
  await assertFails(client.call("Echo", EMPTY), "refused", true, /another cluster than "green"/);
  assert.match(log[0]!.reason, /another cluster/);
  client.close();
  await server.close();
});

/** Runs `test` with a listener whose first connection is answered with `bytes`, and then left open. */
async function withStrangeServer(
  answer: (peer: Deno.TcpConn) => Promise<void>,
  test: (address: { hostname: string; port: number }) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const peers: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const peer of listener) {
      peers.push(peer);
      await answer(peer);
    }
  })();
  await test({ hostname: "127.0.0.1", port: listener.addr.port });
  listener.close();
  await accepting;
  for (const peer of peers) peer.close();
}

const WELCOME = frame(new Uint8Array([MessageKind.welcome]));

async function welcome(peer: Deno.TcpConn, ...more: Uint8Array[]): Promise<void> {
  await peer.read(new Uint8Array(1000));
  await peer.write(concat(WELCOME, ...more));
}

Deno.test("RpcClient fails definitely when the server says nothing", () =>
  withStrangeServer(() => Promise.resolve(), async (address) => {
    const client = makeClient(address, { handshakeTime: 30 });
    await assertFails(client.call("Echo", EMPTY), "unreachable", true, /No welcome within 30 ms/);
    client.close();
  }));

for (
  const [what, answer, reason] of [
    ["garbage", new TextEncoder().encode("SSH-2.0-OpenSSH_9.9\r\n"), /announces/],
    ["another message", frame(encodeHello(HELLO)), /not kind 1/],
  ] as const
) {
  Deno.test(`RpcClient fails definitely when the server answers with ${what}`, () =>
    withStrangeServer(async (peer) => {
      await peer.write(answer);
    }, async (address) => {
      const client = makeClient(address);
      await assertFails(client.call("Echo", EMPTY), "unreachable", true, reason);
      client.close();
    }));
}

Deno.test("RpcClient breaks the connection when the server sends what is no reply", () =>
  withStrangeServer((peer) => welcome(peer, new Uint8Array(100).fill(1)), async (address) => {
    const log: RpcLogEvent[] = [];
    const client = makeClient(address, {}, log);
    await assert.rejects(client.call("Echo", EMPTY), RpcError);
    assert.match(log[0]!.reason, /announces/);
    client.close();
  }));

Deno.test("RpcClient gives up a connection whose server is silent for too long", () =>
  withStrangeServer((peer) => welcome(peer), async (address) => {
    const log: RpcLogEvent[] = [];
    const client = makeClient(address, { silenceMax: 40 }, log);
    await assertFails(client.call("Echo", EMPTY), "broken", false, /silent for \d+ ms/);
    client.close();
    assert.equal(log[0]!.event, "connection broken");
  }));

Deno.test("RpcClient gives up a silent connection though the calls on it ended earlier", () => {
  let connections = 0;
  return withStrangeServer((peer) => {
    connections++;
    return welcome(peer);
  }, async (address) => {
    const client = makeClient(address, { silenceMax: 60 });
    for (let i = 0; i < 20; i++) {
      await assert.rejects(client.call("Echo", EMPTY, ms(10)), RpcError);
    }
    assert.ok(connections > 1);
    client.close();
  });
});

Deno.test("RpcClient waits for a slow handler as long as the server says that it is alive", async () => {
  const { server } = startServer({ aliveInterval: 20 });
  server.serve("Slow", (request, reply) => {
    setTimeout(() => reply(request), 250);
  });
  const client = makeClient(server, { silenceMax: 100 });
  assert.deepEqual(await client.call("Slow", u32(3)), u32(3));
  client.close();
  await server.close();
});

Deno.test("RpcClient holds nothing against a server while this program itself is held up", async () => {
  const { server } = startServer({ idleTime: 150, handshakeTime: 150 });
  const log: RpcLogEvent[] = [];
  const client = makeClient(server, { silenceMax: 100 }, log);
  await client.call("Echo", EMPTY);
  server.serve("Later", (request, reply) => {
    setTimeout(() => reply(request), 20);
  });
  const call = client.call("Later", u32(4), ms(50));
  await pause(5);
  const end = performance.now() + 300;
  while (performance.now() < end);
  assert.deepEqual(await call, u32(4));
  client.close();
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("RpcClient closes a connection that is idle, and opens another when it is needed", async () => {
  const { server, log: serverLog } = startServer();
  const log: RpcLogEvent[] = [];
  let dials = 0;
  const client = makeClient(server, { idleTime: 40 }, log, {
    dial: (address, signal) => {
      dials++;
      return dialTcp(address, signal);
    },
  });
  await client.call("Echo", EMPTY);
  await pause(10);
  await client.call("Echo", EMPTY);
  assert.equal(dials, 1);
  await pause(60);
  await client.call("Echo", EMPTY);
  assert.equal(dials, 2);
  client.close();
  await server.close();
  assert.deepEqual([...log, ...serverLog], []);
});

Deno.test("RpcClient.close() rejects what waits and what was sent, and further calls", async () => {
  const { server } = startServer();
  let handled = 0;
  server.serve("Never", () => {
    handled++;
  });
  const client = makeClient(server, { callsInFlightMax: 1 });
  const sent = client.call("Never", EMPTY);
  const waiting = client.call("Never", EMPTY);
  await until(() => handled === 1);
  client.close();
  client.close();
  await assertFails(sent, "closed", false);
  await assertFails(waiting, "closed", true);
  await assertFails(client.call("Never", EMPTY), "closed", true);
  await server.close();
});

Deno.test("RpcClient.close() ends an attempt to connect, and a pause before one", async () => {
  const { server } = startServer();
  const connecting = makeClient(server);
  const call = connecting.call("Echo", EMPTY);
  connecting.close();
  await assertFails(call, "closed", true);
  await server.close();
  const pausing = makeClient(server, { backoffMin: 60_000, backoffMax: 60_000 });
  await assertFails(pausing.call("Echo", EMPTY), "unreachable", true);
  const waiting = pausing.call("Echo", EMPTY);
  await assertFails(pausing.call("Echo", EMPTY, ms(5)), "deadline", true);
  pausing.close();
  await assertFails(waiting, "closed", true);
  const unused = makeClient(server);
  unused.close();
});

Deno.test("RpcServer.close() lets replies leave that were given just before", async () => {
  const { server } = startServer();
  let closed: Promise<void> | undefined;
  server.serve("Last", (_request, reply) => {
    reply(new Uint8Array(2_000_000).fill(6));
    closed = server.close();
  });
  const client = makeClient(server);
  const reply = await client.call("Last", EMPTY);
  assert.ok(reply.length === 2_000_000 && reply.every((byte) => byte === 6));
  client.close();
  await closed;
});

Deno.test("RpcServer.close() waits a while for a peer to take its replies", async () => {
  const { server } = startServer({ closeTime: 5000 });
  const peer = await RawPeer.introduced(server);
  let closed: Promise<void> | undefined;
  server.serve("Last", (_request, reply) => {
    reply(new Uint8Array(12_000_000));
    closed = server.close();
  });
  await peer.send(requestFrame(1, "Last", EMPTY));
  await until(() => closed !== undefined);
  await pause(30);
  assert.equal((await peer.receive(12_000_013)).length, 12_000_013);
  await closed;
  peer.close();
});

Deno.test("RpcServer.close() does not wait for a peer that does not read, nor for handlers", async () => {
  const { server } = startServer({ closeTime: 30 });
  let late: ((reply: Uint8Array) => void) | undefined;
  server.serve("Never", (_request, reply) => {
    late = reply;
  });
  const peer = await RawPeer.introduced(server);
  await peer.send(requestFrame(1, "Never", EMPTY));
  await peer.send(requestFrame(2, "Zeros", u32(16_000_000)));
  await until(() => late !== undefined);
  const silent = await RawPeer.connect(server);
  await server.close();
  late!(EMPTY);
  await server.close();
  peer.close();
  silent.close();
});

Deno.test("RpcServer drops a peer whose request its handler finds damaged", async () => {
  const { server, log } = startServer();
  server.serve("Picky", () => {
    throw new DamagedDataError("No such message", 3);
  });
  const client = makeClient(server);
  await assertFails(client.call("Picky", EMPTY), "broken", false);
  assert.deepEqual(await client.call("Echo", u32(1)), u32(1));
  client.close();
  await server.close();
  assert.deepEqual(log.map((each) => each.reason), ["No such message (at byte 3)"]);
});

Deno.test("RpcServer does not hide a handler's mistakes", async () => {
  const { server } = startServer();
  const mistake = new TypeError("A mistake in a handler");
  server.serve("Wrong", () => {
    throw mistake;
  });
  server.serve("Twice", (request, reply) => {
    reply(request);
    reply(request);
  });
  const errors: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    errors.push(event.error);
  };
  globalThis.addEventListener("error", onError);
  const client = makeClient(server);
  await assertFails(client.call("Wrong", EMPTY, ms(20)), "deadline", false);
  await client.call("Twice", EMPTY);
  globalThis.removeEventListener("error", onError);
  client.close();
  await server.close();
  assert.equal(errors[0], mistake);
  assert.match(String(errors[1]), /replied twice/);
});

Deno.test("RpcServer goes on when its listener fails for a while", async () => {
  const log: RpcLogEvent[] = [];
  let failures = 1;
  const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, {
    ...testOptions({}, log),
    listen: (address) => {
      const listener = listenTcp(address);
      return {
        address: listener.address,
        accept: () =>
          failures-- > 0 ? Promise.reject(new Error("Too many open files")) : listener.accept(),
        close: () => listener.close(),
      };
    },
  });
  server.serve("Echo", (request, reply) => reply(request));
  const client = makeClient(server);
  assert.deepEqual(await client.call("Echo", u32(1)), u32(1));
  client.close();
  await server.close();
  assert.deepEqual(log.map((each) => each.event), ["listen failed"]);
});

Deno.test("RpcClient takes a refusal that comes before anything was read", () =>
  withStrangeServer(async (peer) => {
    await peer.write(frame(encodeRefusal("Not today")));
  }, async (address) => {
    const client = makeClient(address);
    await assertFails(client.call("Echo", EMPTY), "refused", true, /Not today/);
    client.close();
  }));
