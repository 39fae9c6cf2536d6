/** Clients that mean no good: the servers stay up, bounded, and useful to others. */

import assert from "node:assert/strict";
import { ms } from "../../core/base/mod.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { RawClient } from "../../core/host/resp/_raw_client.ts";
import { type TestCluster, withCluster } from "./_cluster.ts";

const MIB = 1024 * 1024;

/** Another client finds everything as it should be. */
async function assertUseful(port: number): Promise<void> {
  const client = await RawClient.connect(port);
  await client.send("set useful yes\r\nget useful\r\nquit\r\n");
  assert.equal(await client.rest(), "+OK\r\n$3\r\nyes\r\n+OK\r\n");
  client.close();
}

/** What a client is told until it is turned away; nothing, if that does not happen in so many milliseconds. */
async function restWithin(client: RawClient, span: number): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, span, "");
  try {
    return await Promise.race([client.rest(), promise]);
  } finally {
    clearTimeout(timer);
  }
}

function hostileTest(
  name: string,
  body: (port: number, cluster: TestCluster) => Promise<void>,
  limits: NonNullable<Parameters<typeof withCluster>[2]>["limits"] = {},
): void {
  Deno.test(`hostile redis clients: ${name}`, () =>
    withCluster(1, async (cluster) => {
      const port = cluster.port(cluster.ids[0]!);
      await body(port, cluster);
      await assertUseful(port);
    }, { limits }));
}

hostileTest("random bytes", async (port) => {
  const random = new SeededRandom(824n);
  for (let round = 0; round < 100; round++) {
    const bytes = new Uint8Array(random.between(1, 3000)).map(() => random.below(256));
    if (round % 2 === 0) bytes[0] = "*$\n\r\0"[round % 5]!.charCodeAt(0);
    const client = await RawClient.connect(port);
    await client.send(bytes);
    await client.send("\r\n\r\nquit\r\n");
    client.close();
  }
});

hostileTest("announcing what never comes", async (port, cluster) => {
  const clients = await Promise.all(Array.from({ length: 500 }, () => RawClient.connect(port)));
  const before = Deno.memoryUsage().rss;
  await Promise.all(clients.map((client) => client.send("*2\r\n$3\r\nGET\r\n$8388608\r\nabc")));
  await assertUseful(port);
  assert.equal(cluster.server(cluster.ids[0]!).status().clients >= 500, true);
  assert.ok(Deno.memoryUsage().rss - before < 100 * MIB);
  for (const client of clients) client.close();
  for (
    const [sent, reply] of [
      ["*2\r\n$3\r\nGET\r\n$1073741824\r\n", "invalid bulk length"],
      ["*1048577\r\n", "invalid multibulk length"],
      ["*1\r\n".repeat(1000), "expected '$', got '*'"],
    ] as const
  ) {
    const client = await RawClient.connect(port);
    await client.send(sent);
    assert.match(
      await client.rest(),
      new RegExp(`-ERR Protocol error: ${reply.replace("$", "\\$").replace("*", "\\*")}`),
    );
    client.close();
  }
});

hostileTest("holding more memory than there is for all", async (port) => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => RawClient.connect(port)));
  const head = `*2\r\n$3\r\nGET\r\n$${8 * MIB}\r\n`;
  await Promise.all(clients.map((client) => client.send(head + "x".repeat(2 * MIB))));
  const answers = await Promise.all(clients.slice(1).map((client) => restWithin(client, 1000)));
  assert.ok(answers.some((answer) => answer.includes("too many unfinished requests")));
  for (const client of clients) client.close();
}, { inputBytesMax: 16 * MIB });

hostileTest("a byte at a time, for ever", async (port) => {
  const client = await RawClient.connect(port);
  let alive = true;
  for (let i = 0; alive && i < 100; i++) {
    alive = await client.send(i === 0 ? "*2\r\n$4\r\nECHO\r\n$1000\r\n" : "x");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(!alive);
  client.close();
}, { patience: ms(200) });

hostileTest("asking for much and taking nothing", async (port, cluster) => {
  const writer = await RawClient.connect(port);
  await writer.send(`*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n$${4 * MIB}\r\n${"x".repeat(4 * MIB)}\r\n`);
  assert.equal(await writer.read(5), "+OK\r\n");
  writer.close();
  const before = Deno.memoryUsage().rss;
  const deaf = await Promise.all(Array.from({ length: 40 }, () => RawClient.connect(port)));
  await Promise.all(deaf.map((client) => client.send("get large\r\n".repeat(50))));
  for (let i = 0; i < 20; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.ok(Deno.memoryUsage().rss - before < 400 * MIB);
  }
  assert.ok(cluster.server(cluster.ids[0]!).status().clients <= 41);
  for (const client of deaf) client.close();
}, { outputBytesMax: 32 * MIB });

hostileTest("three thousand connections, and more than are allowed", async (port) => {
  const clients: RawClient[] = [];
  for (let i = 0; i < 30; i++) {
    clients.push(...await Promise.all(Array.from({ length: 100 }, () => RawClient.connect(port))));
  }
  const answers = await Promise.all(clients.map(async (client) => {
    await client.send("ping\r\n");
    return await client.read(7);
  }));
  assert.equal(answers.filter((answer) => answer === "+PONG\r\n").length, 2500);
  assert.equal(answers.filter((answer) => answer.startsWith("-ERR ma")).length, 500);
  for (const client of clients) client.close();
  // Their places are free again as soon as the server has noticed.
  for (let isFree = false; !isFree;) {
    const client = await RawClient.connect(port);
    await client.send("ping\r\n");
    isFree = await client.read(7) === "+PONG\r\n";
    client.close();
  }
}, { clientsMax: 2500 });
