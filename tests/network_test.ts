/**
 * The tests of the network itself: what the labs take for granted, in the reference's order. They are played on the
 * simulated network, and on the one that is made of sockets.
 */

import assert from "node:assert/strict";
import { noTrace } from "../core/base/ports.ts";
import { ms } from "../core/base/units.ts";
import { macrotask } from "../core/host/mod.ts";
import { type SimEnd, SimServer, Simulation } from "../core/sim/mod.ts";
import { SimWorld } from "./labs/harness/sim_world.ts";
import type { LabNetwork, World } from "./labs/harness/world.ts";
import { RealWorld } from "./labs/real/real_world.ts";

const SERVER = "server99";

/** The service that the tests call, and what it was called with. */
class JunkService {
  readonly texts: string[] = [];
  readonly numbers: number[] = [];

  serve({ clock }: World): SimServer {
    const server = new SimServer();
    const add = (name: string, handler: (value: unknown) => unknown) =>
      server.addService(name, (request, reply) => reply(encode(handler(decode(request)))));
    add("Junk.H1", (value) => {
      this.texts.push(value as string);
      return Number.parseInt(value as string, 10);
    });
    add("Junk.H2", (value) => {
      this.numbers.push(value as number);
      return `handler2-${value}`;
    });
    server.addService("Junk.H3", (request, reply) => {
      clock.after(ms(20_000), () => reply(encode(-(decode(request) as number))));
    });
    add("Junk.H4", () => "pointer");
    add("Junk.H5", () => "no pointer");
    add("Junk.H6", (value) => (value as string).length);
    add("Junk.H7", (value) => "y".repeat(value as number));
    return server;
  }
}

function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value));
}

function decode(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** A busy machine may be late by so many milliseconds. */
const REAL_SLACK = 1000;

interface Surroundings {
  readonly world: World;
  /** How late things may happen, in milliseconds: in virtual time, not at all. */
  readonly slack: number;
  readonly network: LabNetwork;
  readonly service: JunkService;
  /** Makes an end to the server; it is disabled. */
  makeEnd(name: string): SimEnd;
  makeEnabledEnd(name: string): SimEnd;
  /** Calls, and resolves to the decoded reply, or to `undefined` if none came. */
  call(end: SimEnd, method: string, value: unknown): Promise<unknown>;
}

function networkTest(
  name: string,
  scenario: (surroundings: Surroundings) => Promise<void>,
): void {
  simulatedTest(name, scenario);
  realTest(name, scenario);
}

function simulatedTest(
  name: string,
  scenario: (surroundings: Surroundings) => Promise<void>,
  seeds = [1n, 2n, 3n],
): void {
  Deno.test(`network, simulated: ${name}`, async () => {
    for (const seed of seeds) {
      const simulation = new Simulation({ seed, macrotask });
      await simulation.run(() => scenario(surroundingsIn(new SimWorld(simulation), 0)));
    }
  });
}

function realTest(name: string, scenario: (surroundings: Surroundings) => Promise<void>): void {
  Deno.test(`network, real: ${name}`, async () => {
    const options = { seed: 1n, trace: noTrace, timeMax: ms(120_000) };
    await RealWorld.play(options, (world) => scenario(surroundingsIn(world, REAL_SLACK)));
  });
}

function surroundingsIn(world: World, slack: number): Surroundings {
  const network = world.makeNetwork();
  const service = new JunkService();
  network.addServer(SERVER, service.serve(world));
  const makeEnd = (name: string) => {
    const end = network.makeEnd(name);
    network.connect(name, SERVER);
    return end;
  };
  const makeEnabledEnd = (name: string) => {
    const end = makeEnd(name);
    network.enable(name, true);
    return end;
  };
  const call = (end: SimEnd, method: string, value: unknown) => {
    const { promise, resolve } = world.deferred<unknown>();
    end.call(method, encode(value), (reply) => resolve(reply && decode(reply)));
    return promise;
  };
  return { world, slack, network, service, makeEnd, makeEnabledEnd, call };
}

networkTest("Basic", async ({ makeEnabledEnd, call }) => {
  const end = makeEnabledEnd("end1-99");
  assert.equal(await call(end, "Junk.H2", 111), "handler2-111");
  assert.equal(await call(end, "Junk.H1", "9099"), 9099);
});

networkTest("Types: records travel", async ({ makeEnabledEnd, call }) => {
  const end = makeEnabledEnd("end1-99");
  assert.equal(await call(end, "Junk.H4", { x: 1, y: "two" }), "pointer");
  assert.equal(await call(end, "Junk.H5", { x: 1, y: "two" }), "no pointer");
});

networkTest("Disconnect", async ({ network, makeEnd, call }) => {
  const end = makeEnd("end1-99");
  assert.equal(await call(end, "Junk.H2", 111), undefined);
  network.enable(end.name, true);
  assert.equal(await call(end, "Junk.H1", "9099"), 9099);
});

networkTest("Counts", async ({ network, makeEnabledEnd, call }) => {
  const end = makeEnabledEnd("end1-99");
  for (let i = 0; i < 17; i++) assert.equal(await call(end, "Junk.H2", i), `handler2-${i}`);
  assert.equal(network.getCount(SERVER), 17);
});

networkTest("Bytes", async ({ network, makeEnabledEnd, call }) => {
  const end = makeEnabledEnd("end1-99");
  for (let i = 0; i < 17; i++) assert.equal(await call(end, "Junk.H6", "x".repeat(284)), 284);
  const first = network.totalBytes;
  assert.ok(first >= 4828 && first <= 6000, `${first} bytes`);
  for (let i = 0; i < 17; i++) {
    assert.equal(await call(end, "Junk.H7", 107), "y".repeat(107));
  }
  const second = network.totalBytes - first;
  assert.ok(second >= 1800 && second <= 2500, `${second} bytes`);
});

networkTest("ConcurrentMany", async ({ network, makeEnabledEnd, call }) => {
  const clients = Array.from({ length: 20 }, async (_, i) => {
    const end = makeEnabledEnd(`client ${i}`);
    for (let j = 0; j < 10; j++) {
      const value = i * 100 + j;
      assert.equal(await call(end, "Junk.H2", value), `handler2-${value}`);
    }
  });
  await Promise.all(clients);
  assert.equal(network.getCount(SERVER), 200);
});

networkTest("Unreliable", async ({ network, makeEnabledEnd, call }) => {
  network.setReliable(false);
  let successes = 0;
  const clients = Array.from({ length: 300 }, async (_, i) => {
    const reply = await call(makeEnabledEnd(`client ${i}`), "Junk.H2", i * 100);
    if (reply === undefined) return;
    assert.equal(reply, `handler2-${i * 100}`);
    successes++;
  });
  await Promise.all(clients);
  assert.ok(successes > 200 && successes < 285, `${successes} successes, expected about 243`);
});

networkTest("ConcurrentOne", async ({ network, service, makeEnabledEnd, call }) => {
  const end = makeEnabledEnd("end1-99");
  const calls = Array.from({ length: 20 }, async (_, i) => {
    assert.equal(await call(end, "Junk.H2", 100 + i), `handler2-${100 + i}`);
  });
  await Promise.all(calls);
  assert.equal(service.numbers.length, 20);
  assert.equal(network.getCount(SERVER), 20);
});

networkTest(
  "Regression1: calls on a disabled end do not delay later ones, nor arrive",
  async ({ world, slack, network, service, makeEnd, call }) => {
    const { clock } = world;
    const end = makeEnd("end1-99");
    network.setLongDelays(true);
    const calls = Array.from({ length: 20 }, (_, i) => call(end, "Junk.H2", 100 + i));
    await clock.sleep(ms(100));
    network.enable(end.name, true);
    const start = clock.now();
    assert.equal(await call(end, "Junk.H2", 99), "handler2-99");
    assert.ok(clock.now() - start < 30 + slack, `answered after ${clock.now() - start} ms`);
    for (const reply of await Promise.all(calls)) assert.equal(reply, undefined);
    assert.deepEqual(service.numbers, [99]);
    assert.equal(network.getCount(SERVER), 1);
  },
);

networkTest(
  "Killed: a call fails soon after its server was deleted",
  async ({ world, slack, network, makeEnabledEnd, call }) => {
    const { clock } = world;
    let over = false;
    let reply: unknown = "none yet";
    const ended = call(makeEnabledEnd("end1-99"), "Junk.H3", 99).then((value) => {
      over = true;
      reply = value;
    });
    await clock.sleep(ms(1000));
    assert.ok(!over);
    await clock.sleep(ms(100));
    assert.ok(!over);
    network.deleteServer(SERVER);
    await clock.sleep(ms(100 + slack));
    assert.ok(over);
    assert.equal(reply, undefined);
    await ended;
  },
);

simulatedTest(
  "Benchmark: 100,000 calls in sequence",
  (surroundings) => benchmark(surroundings, 100_000),
  [1n],
);
realTest("Benchmark: 1,000 calls in sequence", (surroundings) => benchmark(surroundings, 1000));

async function benchmark(
  { network, makeEnabledEnd, call }: Surroundings,
  calls: number,
): Promise<void> {
  const end = makeEnabledEnd("end1-99");
  for (let i = 0; i < calls; i++) assert.equal(await call(end, "Junk.H2", 111), "handler2-111");
  assert.equal(network.getCount(SERVER), calls);
}
