import assert from "node:assert/strict";
import { ms } from "../../base/units.ts";
import { RawClient } from "./_raw_client.ts";
import type { RespRequest } from "./request.ts";
import { type RespLogEvent, RespServer, type RespServerOptions } from "./resp_server.ts";
import type { ReplyWriter } from "./reply_writer.ts";
import type { OpenSession, RespClient } from "./session.ts";

/** Answers each request with its last word; `quit` ends, `trust` trusts, `big` answers with 1 MiB, `throw` throws. */
function answerOne(client: RespClient, { words, refusal }: RespRequest, replies: ReplyWriter) {
  if (refusal !== undefined) return replies.error(`ERR ${refusal}`);
  const name = new TextDecoder().decode(words[0]);
  if (name === "quit") client.end();
  if (name === "trust") client.isTrusted = true;
  if (name === "throw") throw new Error("on purpose");
  replies.bulk(name === "big" ? new Uint8Array(1 << 20) : words.at(-1)!);
}

const open: OpenSession = (client) => ({
  answer(requests, from, replies, done) {
    const next = Math.min(from + 2, requests.length);
    for (let i = from; i < next; i++) answerOne(client, requests[i]!, replies);
    queueMicrotask(() => done(next));
  },
  close() {},
});

async function withServer(
  options: Partial<RespServerOptions>,
  body: (port: number, server: RespServer, events: RespLogEvent[]) => Promise<void>,
): Promise<void> {
  const events: RespLogEvent[] = [];
  const server = RespServer.listen({ hostname: "127.0.0.1", port: 0 }, {
    open,
    log: (event) => events.push(event),
    ...options,
  });
  try {
    await body(server.address.port, server, events);
  } finally {
    await server.close();
  }
}

async function talk(port: number, data: string | Uint8Array): Promise<string> {
  const client = await RawClient.connect(port);
  await client.send(data);
  const answer = await client.rest();
  client.close();
  return answer;
}

Deno.test("RespServer answers requests in order, however many come together", () =>
  withServer({}, async (port, server) => {
    const input = Array.from({ length: 50 }, (_, i) => `echo ${i}\r\n`).join("") + "quit\r\n";
    const expected = Array.from({ length: 50 }, (_, i) => `$${`${i}`.length}\r\n${i}\r\n`).join("");
    assert.equal(await talk(port, input), `${expected}$4\r\nquit\r\n`);
    assert.equal(server.stats.requests, 51);
    assert.equal(server.stats.bytesRead, input.length);
  }));

Deno.test("RespServer ends with one line for who does not speak the protocol", () =>
  withServer({}, async (port, _server, events) => {
    assert.equal(
      await talk(port, "echo 1\r\n*1\r\n$1000000000\r\n"),
      "$1\r\n1\r\n-ERR Protocol error: invalid bulk length\r\n",
    );
    assert.equal(
      await talk(port, "*1\r\n*1\r\n*1\r\n"),
      "-ERR Protocol error: expected '$', got '*'\r\n",
    );
    assert.equal(events.length, 2);
  }));

Deno.test("RespServer refuses an argument that is too long, and goes on", () =>
  withServer({ limits: { wordBytesMax: 1000 } }, async (port) => {
    const long = `*2\r\n$4\r\necho\r\n$100000\r\n${"x".repeat(100_000)}\r\nquit\r\n`;
    assert.equal(
      await talk(port, long),
      "-ERR an argument of 100000 bytes is longer than 1000 bytes\r\n$4\r\nquit\r\n",
    );
  }));

Deno.test("RespServer trusts who its session trusts, from the next request on", () =>
  withServer({ needsTrust: true }, async (port) => {
    const many = `*12\r\n${"$1\r\na\r\n".repeat(12)}`;
    assert.equal(
      await talk(port, many),
      "-ERR Protocol error: unauthenticated multibulk length\r\n",
    );
    assert.equal(
      await talk(port, `trust\r\n${many}quit\r\n`),
      "$5\r\ntrust\r\n$1\r\na\r\n$4\r\nquit\r\n",
    );
  }));

Deno.test("RespServer survives a session that throws", () =>
  withServer({}, async (port, _server, events) => {
    assert.equal(await talk(port, "throw\r\n"), "-ERR internal error\r\n");
    assert.match(events[0]!.reason, /on purpose/);
    assert.equal(await talk(port, "quit\r\n"), "$4\r\nquit\r\n");
  }));

Deno.test("RespServer refuses clients beyond its limit", () =>
  withServer({ limits: { clientsMax: 2 } }, async (port, server) => {
    const clients = [await RawClient.connect(port), await RawClient.connect(port)];
    for (const client of clients) {
      await client.send("hi\r\n");
      assert.equal(await client.read(8), "$2\r\nhi\r\n");
    }
    assert.equal(await talk(port, ""), "-ERR max number of clients reached\r\n");
    assert.equal(server.stats.clientsRefused, 1);
    for (const client of clients) client.close();
  }));

Deno.test("RespServer drops who neither finishes a request nor takes its replies nor says who it is", () =>
  withServer({
    limits: { patience: ms(300), strangerTime: ms(300), slowestRate: 1 << 30 },
  }, async (port, _server, events) => {
    const slow = await RawClient.connect(port);
    await slow.send("*2\r\n$4\r\necho\r\n$1000\r\nab");
    const deaf = await RawClient.connect(port);
    await deaf.send("big\r\n".repeat(100));
    assert.equal(await slow.rest(), "");
    const got = await deaf.rest();
    assert.ok(got.length < 100 << 20);
    assert.deepEqual(events.map(({ reason }) => reason).sort(), [
      "It does not finish its request",
      "It does not take its replies",
    ]);
    slow.close();
    deaf.close();
  }));

Deno.test("RespServer drops a stranger that stays one, and who is idle for too long", async () => {
  await withServer({ needsTrust: true, limits: { strangerTime: ms(300) } }, async (port) => {
    assert.equal(await talk(port, ""), "");
  });
  await withServer({ limits: { idleTime: ms(300) } }, async (port) => {
    assert.equal(await talk(port, "hi\r\n"), "$2\r\nhi\r\n");
  });
});

Deno.test("RespServer keeps no more replies than it may", () =>
  withServer({ limits: { outputBytesMax: 3 << 20 } }, async (port, server, events) => {
    const deaf = await Promise.all(Array.from({ length: 10 }, () => RawClient.connect(port)));
    await Promise.all(deaf.map((client) => client.send("big\r\n".repeat(100))));
    while (events.length < 7) {
      assert.ok(server.stats.outputBytes <= 3 << 20);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.equal(await talk(port, "quit\r\n"), "$4\r\nquit\r\n");
    for (const client of deaf) client.close();
  }));

Deno.test("RespServer answers long pipelines a few requests at a time when memory is short", async () => {
  const taken: number[] = [];
  const waiting: (() => void)[] = [];
  const patient: OpenSession = () => ({
    answer(requests, from, replies, done) {
      taken.push(requests.length - from);
      for (const { words } of requests.slice(from)) replies.bulk(words[0]!);
      waiting.push(() => done(requests.length));
    },
    close() {},
  });
  const limits = { inputBytesMax: 4 << 20 };
  await withServer({ open: patient, limits }, async (port, server) => {
    const clients = await Promise.all(Array.from({ length: 40 }, () => RawClient.connect(port)));
    await Promise.all(clients.map((client) => client.send("ping\r\n".repeat(1000))));
    const answers = clients.map((client) => client.read(10_000));
    let isOver = false;
    const all = Promise.all(answers).then((texts) => {
      isOver = true;
      return texts;
    });
    while (!isOver) {
      assert.ok(server.stats.inputBytes <= limits.inputBytesMax);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (waiting.length >= 40 || taken.length > 40) { for (const go of waiting.splice(0)) go(); }
    }
    assert.ok((await all).every((text) => text === "$4\r\nping\r\n".repeat(1000)));
    assert.ok(taken.includes(16) && Math.max(...taken) > 100, `${taken}`);
    for (const client of clients) client.close();
  });
});
