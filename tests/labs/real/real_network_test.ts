import assert from "node:assert/strict";
import { noTrace, type TraceEvent } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { type LabNetwork, type SimEnd, SimServer } from "../../../core/sim/network.ts";
import type { World } from "../harness/world.ts";
import { RealWorld } from "./real_world.ts";

/** A network with one end, of server 1, to server 0, which answers what it is asked, as soon as it is let. */
class Surroundings {
  readonly world: World;
  readonly network: LabNetwork;
  readonly end: SimEnd;
  server = new SimServer();
  /** What reached the server. */
  readonly handled: number[] = [];
  /** Replies that the server keeps back, if it does. */
  kept: (() => void)[] | undefined;

  constructor(world: World) {
    this.world = world;
    this.network = world.makeNetwork();
    this.end = this.network.makeEnd("end", 1);
    this.network.connect("end", 0);
    this.network.enable("end", true);
    this.startServer();
  }

  startServer(): void {
    const server = this.server = new SimServer();
    server.addService("Echo", (request, reply) => {
      this.handled.push(request[0]!);
      if (this.kept === undefined) reply(request);
      else this.kept.push(() => reply(request));
    });
    this.network.addServer(0, server);
  }

  /** Calls, and resolves whether a reply came, and when. */
  call(request = 0): Promise<{ readonly ok: boolean; readonly after: number }> {
    const { clock } = this.world;
    const begun = clock.now();
    const { promise, resolve } = this.world.deferred<{ ok: boolean; after: number }>();
    this.end.call("Echo", new Uint8Array([request]), (reply) => {
      if (reply !== undefined) assert.deepEqual(reply, new Uint8Array([request]));
      resolve({ ok: reply !== undefined, after: clock.now() - begun });
    });
    return promise;
  }

  callMany(count: number): Promise<{ readonly ok: boolean; readonly after: number }[]> {
    return Promise.all(Array.from({ length: count }, (_, i) => this.call(i % 256)));
  }

  /** Waits until the server has so many requests. */
  async untilHandled(count: number): Promise<void> {
    while (this.handled.length < count) await this.world.clock.sleep(ms(1));
  }
}

function test(
  name: string,
  scenario: (surroundings: Surroundings) => Promise<void>,
  events?: TraceEvent[],
): void {
  Deno.test(`RealNetwork: ${name}`, async () => {
    const trace = events === undefined
      ? noTrace
      : { enabled: true, emit: (event: TraceEvent) => void events.push(event) };
    const options = { seed: 824n, trace, timeMax: ms(60_000) };
    await RealWorld.play(options, (world) => scenario(new Surroundings(world)));
  });
}

function assertNear(value: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value}, expected about ${expected}`);
}

test("unreliable, one request in ten is lost, and one reply in ten; both come late", async (it) => {
  it.network.setReliable(false);
  const answers = await it.callMany(2000);
  assertNear(it.handled.length / 2000, 0.9, 0.03);
  assert.equal(it.network.getCount(0), it.handled.length);
  const delivered = answers.filter(({ ok }) => ok);
  assertNear(delivered.length / 2000, 0.81, 0.03);
  assert.equal(it.network.totalCount, 2000);
  assert.equal(it.network.totalBytes, 2000 + delivered.length);
  // Each delay is drawn from 0 to 26 ms; nothing is as sure as that few are short.
  const late = delivered.filter(({ after }) => after >= 10);
  assert.ok(late.length / delivered.length > 0.5, `${late.length} are late`);
});

test("long reordering delays two replies in three by 0.2 to 2.2 s", async (it) => {
  it.network.setLongReordering(true);
  const answers = await it.callMany(1000);
  assert.ok(answers.every(({ ok }) => ok));
  const late = answers.filter(({ after }) => after >= 200);
  assert.ok(late.length / 1000 > 2 / 3 - 0.05, `${late.length} are late`);
  const veryLate = answers.filter(({ after }) => after >= 1200);
  assert.ok(veryLate.length > 50, `${veryLate.length} are very late`);
});

test("a reply that comes late arrives though its server is gone", async (it) => {
  it.network.setLongReordering(true);
  const calls = it.callMany(30);
  await it.untilHandled(30);
  // The replies are on their way through the sockets; many turns of the event loop take them in.
  for (let turn = 0; turn < 20; turn++) await it.world.clock.sleep(ms(3));
  it.network.enable("end", false);
  it.network.deleteServer(0);
  assert.ok((await calls).every(({ ok }) => ok));
});

test("calls to nobody fail, and are counted", async (it) => {
  it.network.deleteServer(0);
  assert.ok((await it.callMany(50)).every(({ ok }) => !ok));
  assert.deepEqual([it.network.totalCount, it.network.totalBytes], [50, 50]);
  assert.deepEqual(it.handled, []);
});

test("a call fails when its end is disabled before the handler has replied", async (it) => {
  it.kept = [];
  const call = it.call();
  await it.untilHandled(1);
  it.network.enable("end", false);
  for (const reply of it.kept) reply();
  assert.equal((await call).ok, false);
});

test("a call does not end while its server lives and says nothing", async (it) => {
  it.kept = [];
  const call = it.call();
  let over = false;
  call.then(() => over = true);
  await it.world.clock.sleep(ms(400));
  assert.ok(!over);
  for (const reply of it.kept) reply();
  assert.equal((await call).ok, true);
});

test("when a server is deleted, the calls that it has made end", async (it) => {
  it.kept = [];
  it.network.addServer(1, new SimServer());
  const call = it.call();
  await it.untilHandled(1);
  it.network.deleteServer(1);
  assert.equal((await call).ok, false);
});

test("a new life of a server is reached at another port, and counts from 0", async (it) => {
  assert.equal((await it.call()).ok, true);
  it.kept = [];
  const stuck = it.call();
  await it.untilHandled(2);
  it.startServer();
  it.kept = undefined;
  assert.equal((await it.call()).ok, true);
  assert.equal((await stuck).ok, false);
  assert.equal(it.network.getCount(0), 1);
});

test("duplicated requests arrive twice, and are answered once", async (it) => {
  it.network.setDuplication(1, 1);
  assert.ok((await it.callMany(20)).every(({ ok }) => ok));
  await it.untilHandled(40);
  assert.deepEqual([it.network.totalCount, it.network.totalBytes], [20, 40]);
});

test("a slow link delays both ways", async (it) => {
  it.network.setSlowLink("end", ms(40));
  assert.ok((await it.call()).after >= 80);
});

test("messages wait outside a paused server, in their order", async (it) => {
  await it.call();
  it.network.pause(0);
  const calls = it.callMany(5);
  await it.world.clock.sleep(ms(50));
  assert.equal(it.handled.length, 1);
  it.network.resume(0);
  assert.ok((await calls).every(({ ok }) => ok));
  assert.deepEqual(it.handled.slice(1), [0, 1, 2, 3, 4]);
});

test("after cleanup, calls fail at once and are not counted", async (it) => {
  it.network.cleanup();
  assert.equal((await it.call()).ok, false);
  assert.equal(it.network.totalCount, 0);
});

const events: TraceEvent[] = [];
test("the trace tells what is sent, received, and lost", async (it) => {
  await it.call();
  it.network.enable("end", false);
  await it.call();
  const told = events.filter(({ topic }) => topic !== "fault").map((
    { server, what },
  ) => [server, what]);
  assert.deepEqual(told, [
    [1, "sends"],
    [0, "receives"],
    [1, "receives reply"],
    [1, "unreachable"],
  ]);
}, events);

Deno.test("RealNetwork: what a handler or a caller throws fails the test", async () => {
  const options = { seed: 1n, trace: noTrace, timeMax: ms(60_000) };
  for (const place of ["handler", "caller"]) {
    await assert.rejects(
      RealWorld.play(options, (world) => {
        const it = new Surroundings(world);
        it.server.addService("Bad", (request, reply) => {
          if (place === "handler") throw new TypeError("handler");
          reply(request);
        });
        it.end.call("Bad", new Uint8Array(1), () => {
          throw new TypeError("caller");
        });
        return world.deferred<void>().promise;
      }),
      new TypeError(place),
    );
  }
});
