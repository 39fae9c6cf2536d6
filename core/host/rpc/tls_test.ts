import assert from "node:assert/strict";
import { connect, type ConnectionOptions } from "node:tls";
import { ms } from "../../base/units.ts";
import {
  frame,
  HELLO,
  makeClient,
  pause,
  requestFrame,
  type TestLimits,
  testOptions,
  until,
} from "./_test_peers.ts";
import { encodeHello } from "./messages.ts";
import type { RpcLogEvent, RpcOptions } from "./options.ts";
import { RpcServer } from "./rpc_server.ts";
import { readTlsIdentity, TlsFileError, type TlsIdentity } from "./tls_identity.ts";
import { tlsStreams } from "./tls_streams.ts";

const FOLDER = new URL("../../../fixtures/tls/", import.meta.url).pathname;
const path = (name: string) => `${FOLDER}${name}`;
const read = (name: string) => Deno.readTextFileSync(path(name));

const UNFIT = /The peer's certificate is not of our CA, or is out of date$/;

function identity(name: string, ca = "ca"): TlsIdentity {
  return { cert: read(`${name}.pem`), key: read(`${name}.key`), ca: read(`${ca}.pem`) };
}

function startServer(own = identity("node"), limits: TestLimits = {}) {
  const log: RpcLogEvent[] = [];
  const options = { ...testOptions(limits, log), ...tlsStreams(own) };
  const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, options);
  server.serve("Echo", (request, reply) => reply(request));
  return { server, log };
}

/** What a call of "Echo" comes to. */
async function echo(
  server: RpcServer,
  bytes: Uint8Array,
  more: Partial<RpcOptions> = tlsStreams(identity("node")),
  time = 5000,
): Promise<Uint8Array> {
  const client = makeClient(server, {}, [], more);
  try {
    return await client.call("Echo", bytes, ms(time));
  } finally {
    client.close();
  }
}

/** Waits until the server has logged something. */
async function logged(log: readonly RpcLogEvent[], count = 1): Promise<string[]> {
  while (log.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  return log.map(({ event, reason }) => `${event}: ${reason}`);
}

Deno.test("calls travel over TLS, small and large", async () => {
  const { server, log } = startServer();
  for (const size of [0, 1, 20_000, 5_000_000]) {
    const bytes = new Uint8Array(size).map((_, index) => index * 31);
    assert.deepEqual(await echo(server, bytes), bytes);
  }
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("certificates of every CA in the file are believed, as while one replaces another", async () => {
  const both = read("ca.pem") + read("other-ca.pem");
  const { server, log } = startServer({ ...identity("node"), ca: both });
  const old = tlsStreams({ ...identity("stranger"), ca: both });
  assert.deepEqual(await echo(server, new Uint8Array([7]), old), new Uint8Array([7]));
  assert.deepEqual(await echo(server, new Uint8Array([8])), new Uint8Array([8]));
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("what travels over TLS cannot be read on the way", async () => {
  const { server } = startServer();
  const seen: Uint8Array[] = [];
  const tap = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const relay = (async () => {
    const inner = await tap.accept();
    const outer = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    const record = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, to) {
        seen.push(bytes.slice());
        to.enqueue(bytes);
      },
    });
    await Promise.allSettled([
      inner.readable.pipeThrough(record).pipeTo(outer.writable),
      outer.readable.pipeTo(inner.writable),
    ]);
  })();
  const { hostname, port } = tap.addr as Deno.NetAddr;
  const client = makeClient({ hostname, port }, {}, [], tlsStreams(identity("node")));
  await client.call("Echo", new TextEncoder().encode("the secret of the cluster"), ms(5000));
  client.close();
  await server.close();
  await relay;
  tap.close();
  const text = seen.map((bytes) => new TextDecoder("latin1").decode(bytes)).join("");
  assert.ok(text.length > 500 && !text.includes("secret"), text);
});

Deno.test("whoever does not belong to the cluster is dropped with one line, and the others are served", async () => {
  const strangers: readonly (readonly [string, Partial<RpcOptions>, RegExp])[] = [
    ["plain TCP", {}, /^The peer does not speak TLS$/],
    ["another CA", tlsStreams(identity("stranger")), UNFIT],
    ["expired", tlsStreams(identity("expired")), UNFIT],
  ];
  for (const [name, more, reason] of strangers) {
    const { server, log } = startServer();
    await assert.rejects(echo(server, new Uint8Array(1), more, 200), name);
    await logged(log);
    assert.deepEqual(await echo(server, new Uint8Array([7])), new Uint8Array([7]));
    await server.close();
    // A client tries again and again: every attempt is one line.
    for (const line of log) {
      assert.equal(line.event, "peer dropped", name);
      assert.match(line.reason, reason);
      assert.match(line.peer, /^127\.0\.0\.1:\d+$/, name);
    }
  }
});

Deno.test("a peer without a certificate, or with an older TLS, is dropped with one line", async () => {
  const ca = read("ca.pem");
  const cases: readonly (readonly [string, ConnectionOptions, RegExp])[] = [
    ["no certificate", { ca }, /^peer dropped: The peer showed no certificate$/],
    ["TLS 1.2", { ...identity("node"), maxVersion: "TLSv1.2" }, /^peer dropped: TLS: .*Tls12/],
  ];
  for (const [name, options, line] of cases) {
    const { server, log } = startServer();
    const socket = connect({ host: "127.0.0.1", port: server.port, ...options });
    const said: Uint8Array[] = [];
    socket.on("data", (bytes) => said.push(bytes as Uint8Array));
    socket.on("error", () => {});
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.write(frame(encodeHello(HELLO)));
    const lines = await logged(log);
    await closed;
    assert.equal(lines.length, 1, name);
    assert.match(lines[0]!, line, name);
    assert.deepEqual(said, [], name);
    assert.deepEqual(await echo(server, new Uint8Array([7])), new Uint8Array([7]));
    await server.close();
  }
});

Deno.test("a client believes no server of another CA, of another name, or without TLS", async () => {
  const plain = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, testOptions());
  const servers: readonly (readonly [RpcServer, RegExp])[] = [
    [startServer(identity("stranger")).server, UNFIT],
    [startServer(identity("expired")).server, UNFIT],
    [startServer(identity("elsewhere")).server, /does not match certificate's altnames/],
    [plain, /The peer left during the TLS handshake$/],
  ];
  for (const [server, reason] of servers) {
    const log: RpcLogEvent[] = [];
    const client = makeClient(server, {}, log, tlsStreams(identity("node")));
    await assert.rejects(client.call("Echo", new Uint8Array(1), ms(2000)));
    const [line] = await logged(log);
    assert.match(line!, reason);
    client.close();
    await server.close();
  }
});

Deno.test("a peer that stays in its handshake is dropped in time, and counts as a connection", async () => {
  const { server, log } = startServer(identity("node"), { handshakeTime: 100, connectionsMax: 2 });
  const idle = await Promise.all([1, 2].map(() => Deno.connect({ port: server.port })));
  assert.deepEqual(await logged(log, 2), [
    "peer dropped: The peer did not introduce itself within 100 ms",
    "peer dropped: The peer did not introduce itself within 100 ms",
  ]);
  for (const connection of idle) connection.close();
  assert.deepEqual(await echo(server, new Uint8Array([7])), new Uint8Array([7]));
  await server.close();
});

Deno.test("a TLS server stops reading from a peer that does not read, and goes on when it does", async () => {
  const { server, log } = startServer(identity("node"), { heldBytesMax: 1 << 20 });
  let handled = 0;
  server.serve("Mega", (_request, reply) => {
    handled++;
    reply(new Uint8Array(1 << 20));
  });
  const { ca, ...own } = identity("node");
  const peer = await Deno.connectTls({ port: server.port, caCerts: [ca], ...own });
  await peer.write(frame(encodeHello(HELLO)));
  const count = 100;
  for (let id = 0; id < count; id++) await peer.write(requestFrame(id, "Mega", new Uint8Array()));
  await until(() => handled > 1);
  await pause(30);
  // What the system and TLS buffer for a connection is some megabytes; the rest stays unhandled.
  assert.ok(handled < 30, `${handled} requests were handled`);
  const into = new Uint8Array(1 << 20);
  for (let left = count << 20; left > 0;) left -= (await peer.read(into))!;
  assert.equal(handled, count);
  peer.close();
  await server.close();
  assert.deepEqual(log, []);
});

Deno.test("a TLS server drops a peer that never takes its replies", async () => {
  const { server, log } = startServer(identity("node"), { idleTime: 100, heldBytesMax: 1 << 20 });
  server.serve("Mega", (_request, reply) => reply(new Uint8Array(16 * 1024 * 1024 - 100)));
  const { ca, ...own } = identity("node");
  const peer = await Deno.connectTls({ port: server.port, caCerts: [ca], ...own });
  await peer.write(frame(encodeHello(HELLO)));
  for (let id = 0; id < 4; id++) await peer.write(requestFrame(id, "Mega", new Uint8Array()));
  const [line] = await logged(log);
  assert.match(line!, /^peer dropped: The peer does not take its replies since \d+ ms$/);
  peer.close();
  await server.close();
});

Deno.test("a TLS address in use is refused at once", async () => {
  const { server } = startServer();
  const address = { hostname: "127.0.0.1", port: server.port };
  assert.throws(() => tlsStreams(identity("node")).listen(address), Deno.errors.AddrInUse);
  await server.close();
});

Deno.test("readTlsIdentity() says which file is wrong, and why", () => {
  const good = { cert: path("node.pem"), key: path("node.key"), ca: path("ca.pem") };
  assert.deepEqual(readTlsIdentity(good), identity("node"));
  const cases: readonly (readonly [Partial<TlsIdentity>, RegExp])[] = [
    [{ cert: path("absent.pem") }, /^There is no file .*absent\.pem$/],
    [{ cert: path("node.key") }, /node\.key holds no certificate in PEM form$/],
    [{ key: path("node.pem") }, /node\.pem holds no private key in PEM form without a passphrase$/],
    [{ key: path("expired.key") }, /expired\.key is not the key of the certificate .*node\.pem$/],
    [{ ca: path("other-ca.pem") }, /The certificate .*node\.pem is not of the CA .*other-ca\.pem$/],
    [{ cert: path("expired.pem"), key: path("expired.key") }, /expired\.pem has expired on /],
  ];
  for (const [change, message] of cases) {
    assert.throws(() => readTlsIdentity({ ...good, ...change }), (error) => {
      assert.ok(error instanceof TlsFileError);
      assert.match(error.message, message);
      return true;
    });
  }
});
