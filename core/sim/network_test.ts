import assert from "node:assert/strict";
import type { TraceEvent } from "../base/ports.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { type NetworkOptions, type SimEnd, SimNetwork, SimServer } from "./network.ts";
import { Simulation, type SimulationOptions } from "./simulation.ts";

/** A network with one end to server 0, which answers each request by itself, at once. */
class World {
  readonly simulation: Simulation;
  readonly network: SimNetwork;
  readonly end: SimEnd;
  server = new SimServer();
  /** What reached the server: the request's first byte. */
  readonly handled: number[] = [];
  /** What came back, in order: the request's first byte, whether there was a reply, and when. */
  readonly answers: [request: number, ok: boolean, at: number][] = [];

  constructor(options: Partial<SimulationOptions & NetworkOptions> = {}) {
    this.simulation = new Simulation({ seed: 824n, macrotask, ...options });
    this.network = new SimNetwork(this.simulation, options);
    this.end = this.network.makeEnd("end", 1);
    this.network.connect("end", 0);
    this.network.enable("end", true);
    this.network.addServer(0, this.server);
    this.server.addService("Echo", (request, reply) => {
      this.handled.push(request[0]!);
      reply(request);
    });
  }

  call(request = 0, service = "Echo"): void {
    this.end.call(service, new Uint8Array([request]), (reply) => {
      this.answers.push([request, reply !== undefined, this.simulation.clock.now()]);
    });
  }

  /** Sends `count` calls at once, lets all of it happen, and returns the answers. */
  async callMany(count: number): Promise<typeof this.answers> {
    await this.run(async () => {
      for (let i = 0; i < count; i++) this.call(i);
      await this.settle();
    });
    return this.answers;
  }

  settle(): Promise<void> {
    return this.simulation.clock.sleep(ms(10_000));
  }

  run(script: () => Promise<void>): Promise<void> {
    return this.simulation.run(script);
  }
}

function share(answers: readonly unknown[], of: number): number {
  return answers.length / of;
}

function assertNear(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected about ${expected}`);
}

Deno.test("SimNetwork, reliable: every call is answered after two legs of 0.2 to 1 ms", async () => {
  const world = new World();
  const answers = await world.callMany(2000);
  assert.equal(answers.length, 2000);
  assert.ok(answers.every(([, ok]) => ok));
  const times = answers.map(([, , at]) => at);
  assert.ok(Math.min(...times) >= 0.4 && Math.min(...times) < 0.5);
  assert.ok(Math.max(...times) <= 2 && Math.max(...times) > 1.9);
});

Deno.test("SimNetwork, reliable: a call takes two events", async () => {
  const world = new World();
  await world.callMany(1000);
  assert.equal(world.simulation.events, 2001);
});

Deno.test("SimNetwork: calls overtake one another", async () => {
  const answers = await new World().callMany(100);
  const order = answers.map(([request]) => request);
  assert.notDeepEqual(order, order.toSorted((a, b) => a - b));
});

Deno.test("SimNetwork draws latencies between its options' bounds", async () => {
  const answers = await new World({ latencyMin: ms(3), latencyMax: ms(3) }).callMany(10);
  assert.deepEqual(new Set(answers.map(([, , at]) => at)), new Set([6]));
  const simulation = new Simulation({ seed: 1n, macrotask });
  assert.throws(() => new SimNetwork(simulation, { latencyMin: ms(2) }), RangeError);
});

Deno.test("SimNetwork: an unreachable server fails calls within 100 ms, with long delays within 7 s", async () => {
  for (const [longDelays, bound] of [[false, 99], [true, 6999]] as const) {
    for (const cut of ["disabled", "not connected", "deleted"]) {
      const world = new World();
      world.network.setLongDelays(longDelays);
      if (cut === "disabled") world.network.enable("end", false);
      if (cut === "not connected") world.network.connect("end", "nobody");
      if (cut === "deleted") world.network.deleteServer(0);
      const answers = await world.callMany(2000);
      const times = answers.map(([, , at]) => at);
      assert.equal(answers.length, 2000);
      assert.ok(answers.every(([, ok]) => !ok));
      assert.ok(Math.max(...times) <= bound && Math.max(...times) > 0.95 * bound);
      assert.ok(Math.min(...times) <= 0.05 * bound);
      assertNear(times.reduce((sum, at) => sum + at) / 2000, bound / 2, 0.05 * bound);
      assert.deepEqual(world.handled, []);
      assert.equal(world.network.totalCount, 2000);
      assert.equal(world.network.totalBytes, 2000);
    }
  }
});

Deno.test("SimNetwork: enabling an end does not save the calls that were sent before", async () => {
  const world = new World();
  world.network.enable("end", false);
  await world.run(async () => {
    world.call();
    world.network.enable("end", true);
    await world.settle();
  });
  assert.equal(world.answers[0]![1], false);
  assert.deepEqual(world.handled, []);
});

Deno.test("SimNetwork, unreliable: one request in ten is lost, then one reply in ten", async () => {
  const world = new World();
  world.network.setReliable(false);
  const answers = await world.callMany(10_000);
  const successes = answers.filter(([, ok]) => ok);
  assert.equal(answers.length, 10_000);
  assertNear(share(world.handled, 10_000), 0.9, 0.015);
  assertNear(share(successes, 10_000), 0.81, 0.02);
  const times = answers.map(([, , at]) => at);
  assert.ok(Math.max(...times) <= 28 && Math.max(...times) > 26);
  assert.equal(world.server.count, world.handled.length);
  assert.equal(world.network.totalBytes, 10_000 + successes.length);
});

Deno.test("SimNetwork, long reordering: two replies in three come 200 to 2200 ms late", async () => {
  const world = new World();
  world.network.setLongReordering(true);
  const answers = await world.callMany(10_000);
  assert.ok(answers.every(([, ok]) => ok));
  const late = answers.map(([, , at]) => at).filter((at) => at > 100).sort((a, b) => a - b);
  assertNear(share(late, 10_000), 2 / 3, 0.02);
  assert.ok(late[0]! >= 200 && late.at(-1)! <= 2201);
  assertNear(late.reduce((sum, at) => sum + at) / late.length, 700, 25);
  assertNear(late[late.length >> 1]!, 573, 30);
});

Deno.test("SimNetwork, unreliable and reordering: 27 % prompt, 54 % late, 19 % lost", async () => {
  const world = new World();
  world.network.setReliable(false);
  world.network.setLongReordering(true);
  const answers = await world.callMany(10_000);
  const late = answers.filter(([, ok, at]) => ok && at > 100);
  assertNear(share(late, 10_000), 0.54, 0.02);
  assertNear(share(answers.filter(([, ok]) => !ok), 10_000), 0.19, 0.02);
});

Deno.test("SimNetwork: a call keeps the switches that were set when it was sent", async () => {
  const world = new World();
  await world.run(async () => {
    for (let i = 0; i < 300; i++) world.call();
    world.network.setReliable(false);
    world.network.setLongReordering(true);
    await world.settle();
  });
  assert.ok(world.answers.every(([, ok, at]) => ok && at <= 2));
});

Deno.test("SimNetwork: a request on its way arrives though its end is disabled, but no reply comes", async () => {
  const world = new World();
  await world.run(async () => {
    world.call(7);
    world.network.enable("end", false);
    await world.settle();
  });
  assert.deepEqual(world.handled, [7]);
  assert.equal(world.answers[0]![1], false);
  assert.equal(world.network.totalBytes, 1);
});

Deno.test("SimNetwork: no reply comes from a server that was replaced after the call was sent", async () => {
  const world = new World();
  const successor = new SimServer();
  await world.run(async () => {
    world.call(7);
    world.network.addServer(0, successor);
    await world.settle();
  });
  assert.deepEqual(world.handled, [7]);
  assert.deepEqual([world.server.count, successor.count], [1, 0]);
  assert.equal(world.answers[0]![1], false);
});

Deno.test("SimNetwork: a reply on its way arrives whatever happens to end and server", async () => {
  const world = new World();
  world.server.addService("Last", (request, reply) => {
    reply(request);
    world.network.enable("end", false);
    world.network.deleteServer(0);
  });
  await world.run(async () => {
    world.call(7, "Last");
    await world.settle();
  });
  assert.equal(world.answers[0]![1], true);
  assert.equal(world.network.totalBytes, 2);
});

Deno.test("SimNetwork: a call to a reachable server that never answers waits for ever", async () => {
  const world = new World({ virtualTimeMax: ms(1e9) });
  world.server.addService("Silent", () => {});
  await world.run(async () => {
    world.call(1, "Silent");
    await world.simulation.clock.sleep(ms(100_000));
  });
  assert.deepEqual(world.answers, []);
});

Deno.test("SimNetwork: a call with a stuck handler fails within 100.1 ms once its end is disabled", async () => {
  const world = new World();
  let answer = (_reply: Uint8Array) => {};
  world.server.addService("Slow", (_request, reply) => answer = reply);
  await world.run(async () => {
    world.call(1, "Slow");
    await world.simulation.clock.sleep(ms(950));
    world.network.enable("end", false);
    await world.settle();
    // What the handler says in the end is thrown away.
    answer(new Uint8Array(1));
    await world.settle();
  });
  assert.equal(world.answers.length, 1);
  const [, ok, at] = world.answers[0]!;
  assert.ok(!ok && at > 950 && at <= 1050.1, `${at}`);
  assert.equal(world.network.totalBytes, 1);
});

Deno.test("SimNetwork: a call that was answered late does not fail later on", async () => {
  const world = new World();
  world.server.addService("Slow", (request, reply) => {
    world.simulation.clock.after(ms(250), () => reply(request));
  });
  await world.run(async () => {
    world.call(1, "Slow");
    await world.simulation.clock.sleep(ms(255));
    world.network.enable("end", false);
    await world.settle();
  });
  assert.deepEqual(world.answers.map(([, ok]) => ok), [true]);
});

Deno.test("SimNetwork: a handler that replies twice is an error", async () => {
  const world = new World();
  world.server.addService("Twice", (request, reply) => {
    reply(request);
    reply(request);
  });
  const run = world.run(() => {
    world.call(1, "Twice");
    return world.settle();
  });
  await assert.rejects(run, new TypeError('A handler of "Twice" replied twice'));
});

Deno.test("SimNetwork: a call of an unknown service is an error", async () => {
  const world = new World();
  const run = world.run(() => {
    world.call(1, "Missing");
    return world.settle();
  });
  await assert.rejects(run, /there is no "Missing", only Echo/);
});

Deno.test("SimNetwork.cleanup(): new calls fail at once and uncounted, those on their way go on", async () => {
  const world = new World();
  await world.run(async () => {
    world.call(1);
    world.network.cleanup();
    world.call(2);
    assert.deepEqual(world.answers, []);
    await world.settle();
  });
  assert.deepEqual(world.answers.map(([request, ok]) => [request, ok]), [[2, false], [1, true]]);
  assert.equal(world.answers[0]![2], 0);
  assert.equal(world.network.totalCount, 1);
  assert.equal(world.network.totalBytes, 2);
});

Deno.test("SimNetwork.getCount() counts for one life of a server, and throws without one", () => {
  const { network } = new World();
  assert.equal(network.getCount(0), 0);
  network.deleteServer(0);
  assert.throws(() => network.getCount(0), TypeError);
});

Deno.test("SimNetwork throws when an end's name is taken or unknown", () => {
  const { network } = new World();
  assert.throws(() => network.makeEnd("end"), TypeError);
  assert.throws(() => network.connect("other", 0), TypeError);
  assert.throws(() => network.enable("other", true), TypeError);
});

Deno.test("SimNetwork.setDuplication() hands requests over twice, and answers them once", async () => {
  const world = new World();
  world.network.setDuplication(1, 2);
  const answers = await world.callMany(2000);
  assert.equal(answers.length, 2000);
  assertNear(share(world.handled, 2000), 1.5, 0.05);
  assert.equal(world.network.totalCount, 2000);
  assert.equal(world.network.totalBytes, 4000);
});

Deno.test("SimNetwork.setSlowLink() slows both legs of the calls of one end", async () => {
  const world = new World();
  world.network.setSlowLink("end", ms(50));
  const answers = await world.callMany(10);
  assert.ok(answers.every(([, ok, at]) => ok && at >= 100.4 && at <= 102));
});

Deno.test("SimNetwork.pause() lets requests wait, in their order, until resume()", async () => {
  const world = new World();
  await world.run(async () => {
    world.network.pause(0);
    for (let i = 0; i < 5; i++) {
      world.call(i);
      await world.simulation.clock.sleep(ms(2));
    }
    await world.simulation.clock.sleep(ms(500));
    assert.deepEqual(world.handled, []);
    world.network.resume(0);
    assert.deepEqual(world.handled, []);
    await world.settle();
  });
  assert.deepEqual(world.handled, [0, 1, 2, 3, 4]);
  assert.ok(world.answers.every(([, ok, at]) => ok && at > 500));
});

Deno.test("SimNetwork.pause() lets replies to the ends of a server wait", async () => {
  const world = new World();
  await world.run(async () => {
    world.network.pause(1);
    world.call(3);
    await world.simulation.clock.sleep(ms(500));
    assert.deepEqual(world.handled, [3]);
    assert.deepEqual(world.answers, []);
    world.network.resume(1);
    await world.settle();
  });
  assert.deepEqual(world.answers, [[3, true, 500]]);
});

Deno.test("SimNetwork.deleteServer() ends a pause", async () => {
  const world = new World();
  await world.run(async () => {
    world.network.pause(0);
    world.call(3);
    await world.simulation.clock.sleep(ms(500));
    world.network.deleteServer(0);
    await world.settle();
  });
  assert.equal(world.answers[0]![1], false);
});

/** A run in which all that the seed decides gets its chance. */
async function rampage(options: Partial<SimulationOptions>): Promise<World> {
  const world = new World(options);
  world.network.setReliable(false);
  world.network.setLongReordering(true);
  world.network.setDuplication(1, 5);
  await world.run(async () => {
    for (let i = 0; i < 200; i++) {
      world.call(i);
      if (i % 20 === 0) world.network.enable("end", i % 40 === 0);
      await world.simulation.clock.sleep(ms(3));
    }
    await world.settle();
  });
  return world;
}

Deno.test("SimNetwork: the same seed gives the same hash and answers, another seed others", async () => {
  const first = await rampage({ seed: 1n });
  const again = await rampage({ seed: 1n });
  const other = await rampage({ seed: 2n });
  assert.equal(first.simulation.hash(), again.simulation.hash());
  assert.deepEqual(first.answers, again.answers);
  assert.notEqual(first.simulation.hash(), other.simulation.hash());
});

Deno.test("SimNetwork folds what is sent into the hash, not only when", async () => {
  const run = async (request: number) => {
    const world = new World();
    await world.run(() => {
      world.call(request);
      return world.settle();
    });
    return world.simulation.hash();
  };
  assert.notEqual(await run(1), await run(2));
});

Deno.test("SimNetwork: a trace changes neither the course nor the hash", async () => {
  const events: TraceEvent[] = [];
  const traced = await rampage({ trace: { enabled: true, emit: (event) => events.push(event) } });
  const plain = await rampage({});
  assert.equal(traced.simulation.hash(), plain.simulation.hash());
  const phrases = new Set(events.map(({ topic, what }) => `${topic}: ${what}`));
  for (
    const phrase of [
      "send: sends",
      "deliver: receives",
      "deliver: receives reply",
      "drop: request lost",
      "drop: reply lost",
      "drop: unreachable",
      "fault: disables end",
      "fault: becomes unreliable",
    ]
  ) assert.ok(phrases.has(phrase), phrase);
  assert.ok(events.some(({ topic, server }) => topic === "send" && server === 1));
  assert.ok(events.some(({ topic, server }) => topic === "deliver" && server === 0));
});
