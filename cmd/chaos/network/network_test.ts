import assert from "node:assert/strict";
import { type Clock, ms, SeededRandom } from "../../../core/base/mod.ts";
import { RealClock, RpcClient, RpcServer } from "../../../core/host/mod.ts";
import { Network } from "./network.ts";

const OPTIONS = { protocol: "test", version: 1, clusterId: "c" };

interface Scene {
  readonly network: Network;
  readonly clock: Clock;
  /** The requests that the server has got, in order. */
  readonly seen: string[];
  call(text: string, patience?: number): Promise<string>;
}

/** Plays with one server "b" and one client "a" that reaches it through the network. */
async function play(service: string, game: (scene: Scene) => Promise<void>): Promise<void> {
  const clock = new RealClock();
  const random = new SeededRandom(7n);
  const network = new Network(random);
  const seen: string[] = [];
  const server = RpcServer.listen({ hostname: "127.0.0.1", port: 0 }, OPTIONS, { clock });
  server.serve(service, (request, reply) => {
    seen.push(new TextDecoder().decode(request));
    reply(request.slice());
  });
  const door = network.door("a", "b", { hostname: "127.0.0.1", port: server.port });
  const client = new RpcClient(door, OPTIONS, { clock, random: random.child("rpc") });
  const call = async (text: string, patience = 5000) => {
    const request = new TextEncoder().encode(text);
    return new TextDecoder().decode(await client.call(service, request, ms(patience)));
  };
  try {
    await game({ network, clock, seen, call });
  } finally {
    client.close();
    await server.close();
    await network.close();
  }
}

Deno.test("Network carries calls and large answers unharmed", () =>
  play("Raft", async ({ network, call }) => {
    assert.equal(await call("hello"), "hello");
    const large = "x".repeat(3_000_000);
    assert.equal(await call(large), large);
    assert.ok(network.counts().delivered >= 6);
  }));

Deno.test("Network loses calls and answers, and the connection goes on", () =>
  play("Raft", async ({ network, seen, call }) => {
    await call("before");
    network.set("a", "b", { lossPerMille: 1000 });
    await assert.rejects(call("lost", 100));
    network.clear();
    network.set("b", "a", { lossPerMille: 1000 });
    await assert.rejects(call("unanswered", 100));
    network.clear();
    assert.equal(await call("after"), "after");
    assert.deepEqual(seen, ["before", "unanswered", "after"]);
    assert.equal(network.counts().lost, 2);
  }));

Deno.test("Network blocks one direction, and delivers late what was sent meanwhile", () =>
  play("Raft", async ({ network, seen, call }) => {
    await call("before");
    network.set("b", "a", { isBlocked: true });
    const answer = call("heard, but not answered");
    await assert.rejects(call("the same", 200));
    assert.equal(seen.length, 3);
    network.clear();
    assert.equal(await answer, "heard, but not answered");
  }));

Deno.test("Network delays messages, and lets them overtake each other if told", () =>
  play("Raft", async ({ network, clock, seen, call }) => {
    await call("before");
    network.set("a", "b", { delay: [50, 60] });
    const start = clock.now();
    await call("late");
    assert.ok(clock.now() - start >= 50);
    network.set("a", "b", { delay: [0, 100], reorders: true });
    const sent = Array.from({ length: 30 }, (_, i) => `${i}`);
    await Promise.all(sent.map((text) => call(text)));
    assert.deepEqual(seen.slice(2).toSorted((a, b) => Number(a) - Number(b)), sent);
    assert.notDeepEqual(seen.slice(2), sent);
  }));

Deno.test("Network doubles requests of Raft", () =>
  play("Raft", async ({ network, seen, call }) => {
    network.set("a", "b", { duplicatesPerMille: 1000 });
    assert.equal(await call("twice"), "twice");
    assert.equal(await call("again"), "again");
    assert.deepEqual(seen.slice(0, 2), ["twice", "twice"]);
  }));

Deno.test("Network doubles nothing that counts on TCP", () =>
  play("Kv", async ({ network, seen, call }) => {
    network.set("a", "b", { duplicatesPerMille: 1000 });
    await call("once");
    assert.deepEqual(seen, ["once"]);
  }));

Deno.test("Network cuts connections, and new ones are let in", () =>
  play("Raft", async ({ network, call }) => {
    await call("before");
    network.set("b", "a", { isBlocked: true });
    const broken = assert.rejects(call("no answer comes", 5000));
    await new Promise((resolve) => setTimeout(resolve, 20));
    network.cut("a", "b");
    await broken;
    network.clear();
    assert.equal(await call("after"), "after");
  }));
