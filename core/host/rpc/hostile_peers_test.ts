/** A server drops a peer that misbehaves, with one log event, and goes on serving the others. */

import assert from "node:assert/strict";
import {
  concat,
  frame,
  HELLO,
  makeClient,
  pause,
  RawPeer,
  requestFrame,
  startServer,
  type TestLimits,
  u32,
  until,
} from "./_test_peers.ts";
import type { Address } from "./byte_stream.ts";
import { encodeHello, MessageKind } from "./messages.ts";

const EMPTY = new Uint8Array(0);

/** Runs `misbehave` against a server, and checks that it logs one drop for this reason and serves others. */
async function expectDrop(
  reason: RegExp,
  limits: TestLimits,
  misbehave: (server: Address) => Promise<RawPeer>,
): Promise<void> {
  const { server, log } = startServer(limits);
  const peer = await misbehave(server);
  await peer.closedByOther();
  peer.close();
  await peer.background;
  await until(() => log.length > 0, "the log event");
  const client = makeClient(server);
  assert.deepEqual(await client.call("Echo", u32(7)), u32(7));
  client.close();
  await server.close();
  assert.equal(log.length, 1, JSON.stringify(log));
  assert.equal(log[0]!.event, "peer dropped");
  assert.match(log[0]!.peer, /^127\.0\.0\.1:\d+$/);
  assert.match(log[0]!.reason, reason);
}

async function sending(server: Address, ...parts: Uint8Array[]): Promise<RawPeer> {
  const peer = await RawPeer.connect(server);
  await peer.send(concat(...parts));
  return peer;
}

async function sendingIntroduced(server: Address, ...parts: Uint8Array[]): Promise<RawPeer> {
  const peer = await RawPeer.introduced(server);
  await peer.send(concat(...parts));
  return peer;
}

const GARBAGE = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: example\r\n\r\n");

Deno.test("RpcServer drops a peer that begins with garbage", () =>
  expectDrop(/the peer announces 542393671/, {}, (server) => sending(server, GARBAGE)));

Deno.test("RpcServer drops a peer that sends garbage after its introduction", () =>
  expectDrop(/the peer announces/, {}, (server) => sendingIntroduced(server, GARBAGE)));

Deno.test("RpcServer drops a peer whose first frame is no introduction", () =>
  expectDrop(
    /does not introduce itself/,
    {},
    (server) => sending(server, requestFrame(1, "Echo", EMPTY)),
  ));

Deno.test("RpcServer drops a peer that sends too much before its introduction is complete", () =>
  expectDrop(
    /1 to 100 bytes: the peer announces 200/,
    { handshakeBytesMax: 100 },
    (server) => sending(server, frame(new Uint8Array(200))),
  ));

Deno.test("RpcServer drops a peer that goes away inside a frame", () =>
  expectDrop(/ends inside a frame/, {}, async (server) => {
    const peer = await sendingIntroduced(
      server,
      requestFrame(1, "Echo", u32(1)).subarray(0, 15),
    );
    peer.endSending();
    return peer;
  }));

Deno.test("RpcServer drops a peer that goes away inside a large frame", () =>
  expectDrop(/ends inside a frame/, {}, async (server) => {
    const part = requestFrame(1, "Echo", new Uint8Array(200_000)).subarray(0, 100_000);
    const peer = await sendingIntroduced(server, part);
    peer.endSending();
    return peer;
  }));

Deno.test("RpcServer drops a peer that announces a frame that is too large", () =>
  expectDrop(
    /1 to 1000 bytes: the peer announces 1001/,
    { frameBytesMax: 1000 },
    (server) => sendingIntroduced(server, frame(new Uint8Array(1001))),
  ));

Deno.test("RpcServer drops a peer that sends an empty frame", () =>
  expectDrop(/announces 0/, {}, (server) => sendingIntroduced(server, new Uint8Array(8))));

for (const size of [4, 100_000]) {
  Deno.test(`RpcServer drops a peer whose frame was changed on the way (${size} bytes)`, () =>
    expectDrop(/checksum/, {}, (server) => {
      const damaged = requestFrame(1, "Echo", new Uint8Array(size));
      damaged[damaged.length - 1]! ^= 0x10;
      return sendingIntroduced(server, damaged);
    }));
}

Deno.test("RpcServer drops a peer that sends something else than requests", () =>
  expectDrop(
    /A request was expected, not kind 2/,
    {},
    (server) => sendingIntroduced(server, frame(new Uint8Array([MessageKind.welcome]))),
  ));

Deno.test("RpcServer drops a peer whose request ends inside the name of its service", () =>
  expectDrop(/inside the name/, {}, (server) => {
    const content = new Uint8Array(12);
    content[0] = MessageKind.request;
    content[9] = 3;
    return sendingIntroduced(server, frame(content));
  }));

for (
  const [what, hello] of [
    [/speaks test, the client "other"/, { ...HELLO, protocol: "other" }],
    [/speaks version 3 of test, the client version 2/, { ...HELLO, version: 2 }],
    [/another cluster than "green"/, { ...HELLO, clusterId: "green" }],
  ] as const
) {
  Deno.test(`RpcServer tells a peer that does not belong here: ${what.source}`, () =>
    expectDrop(what, {}, async (server) => {
      const peer = await sending(server, frame(encodeHello(hello)));
      const head = await peer.receive(10);
      assert.equal(head[8], MessageKind.refusal);
      assert.match(new TextDecoder().decode(await peer.receive(head[9]!)), what);
      return peer;
    }));
}

Deno.test("RpcServer drops a peer that never introduces itself", () =>
  expectDrop(
    /did not introduce itself within 40 ms/,
    { handshakeTime: 40 },
    (server) => RawPeer.connect(server),
  ));

Deno.test("RpcServer drops a peer that introduces itself byte by byte (slow loris)", () =>
  expectDrop(/did not introduce itself within 60 ms/, { handshakeTime: 60 }, async (server) => {
    const peer = await RawPeer.connect(server);
    peer.background = trickle(peer, frame(encodeHello(HELLO)));
    return peer;
  }));

Deno.test("RpcServer drops a peer that sends a request byte by byte (slow loris)", () =>
  expectDrop(/is idle since \d+ ms/, { idleTime: 60 }, async (server) => {
    const peer = await RawPeer.introduced(server);
    peer.background = trickle(peer, requestFrame(1, "Echo", new Uint8Array(1000)));
    return peer;
  }));

/** Sends a byte every 10 ms until the connection is closed. */
async function trickle(peer: RawPeer, bytes: Uint8Array): Promise<void> {
  try {
    for (const byte of bytes) {
      await peer.send(new Uint8Array([byte]));
      await pause(10);
    }
  } catch {
    // The server has closed the connection, which is what the test waits for.
  }
}

Deno.test("RpcServer drops a peer that is idle", () =>
  expectDrop(
    /is idle since \d+ ms/,
    { idleTime: 40 },
    (server) => sendingIntroduced(server, requestFrame(1, "Echo", u32(1))),
  ));

Deno.test("RpcServer stops reading from a peer that does not read, and goes on when it does", async () => {
  const { server, log } = startServer({ heldBytesMax: 1 << 20 });
  let handled = 0;
  server.serve("Mega", (_request, reply) => {
    handled++;
    reply(new Uint8Array(1 << 20));
  });
  const peer = await RawPeer.introduced(server);
  const count = 100;
  for (let id = 0; id < count; id++) await peer.send(requestFrame(id, "Mega", EMPTY));
  await until(() => handled > 1);
  await pause(30);
  // What the system buffers for a connection is some megabytes; the rest stays unhandled.
  assert.ok(handled < 30, `${handled} requests were handled`);
  for (let id = 0; id < count; id++) {
    const reply = await peer.receive(8 + 5 + (1 << 20));
    assert.deepEqual(reply.subarray(8, 13), concat(new Uint8Array([MessageKind.reply]), u32(id)));
  }
  assert.equal(handled, count);
  peer.close();
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("RpcServer drops a peer that never reads", async () => {
  const { server, log } = startServer({ heldBytesMax: 1 << 20, idleTime: 60 });
  const peer = await RawPeer.introduced(server);
  for (let id = 0; id < 50; id++) await peer.send(requestFrame(id, "Zeros", u32(1 << 20)));
  await until(() => log.length > 0, "the drop");
  assert.match(log[0]!.reason, /does not take its replies since \d+ ms/);
  peer.close();
  await server.close();
  assert.equal(log.length, 1);
});

Deno.test("RpcServer handles no more requests of a connection at a time than it may", async () => {
  const { server } = startServer({ callsInFlightMax: 8 });
  const replies: ((reply: Uint8Array) => void)[] = [];
  server.serve("Slow", (_request, reply) => {
    replies.push(reply);
  });
  const peer = await RawPeer.introduced(server);
  for (let id = 0; id < 20; id++) await peer.send(requestFrame(id, "Slow", EMPTY));
  await until(() => replies.length >= 8);
  await pause(20);
  assert.equal(replies.length, 8);
  replies[3]!(EMPTY);
  await until(() => replies.length === 9);
  for (let i = 0; i < 20; i++) {
    await until(() => replies.length > i);
    if (i !== 3) replies[i]!(EMPTY);
  }
  await peer.receive(20 * 13);
  peer.close();
  await server.close();
});

Deno.test("RpcServer closes connections beyond the most it may have, and takes new ones when others left", async () => {
  const { server, log } = startServer({ connectionsMax: 2 });
  const first = await RawPeer.introduced(server);
  const second = await RawPeer.introduced(server);
  for (let i = 0; i < 3; i++) {
    const third = await RawPeer.connect(server);
    await third.closedByOther();
    third.close();
  }
  assert.deepEqual(log.map((each) => each.reason), ["There are 2 connections already"]);
  first.close();
  await pause(10);
  const fourth = await RawPeer.introduced(server);
  fourth.close();
  second.close();
  await server.close();
});

Deno.test("RpcServer serves others beside a thousand idle connections", async () => {
  const { server, log } = startServer();
  const peers: RawPeer[] = [];
  for (let i = 0; i < 10; i++) {
    const some = Array.from({ length: 100 }, () => RawPeer.introduced(server));
    peers.push(...await Promise.all(some));
  }
  const client = makeClient(server);
  assert.deepEqual(await client.call("Echo", u32(9)), u32(9));
  client.close();
  for (const peer of peers) peer.close();
  await server.close();
  assert.deepEqual(log, []);
});
