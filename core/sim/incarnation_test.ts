import assert from "node:assert/strict";
import { serverId, term } from "../base/durable.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { SimDisk } from "./disk.ts";
import { Incarnation } from "./incarnation.ts";
import { SimNetwork, SimServer } from "./network.ts";
import { Simulation } from "./simulation.ts";
import { SimStorage } from "./storage.ts";
import { SimTransport } from "./transport.ts";

interface World {
  readonly simulation: Simulation;
  readonly network: SimNetwork;
  readonly disk: SimDisk;
  /** The one whose life is in danger. */
  readonly server: Incarnation;
  readonly other: Incarnation;
}

const ZERO = serverId(0);
const ONE = serverId(1);
const REQUEST = new Uint8Array(1);
const BATCH = { hardState: { currentTerm: term(5), votedFor: undefined } };

function fencingTest(name: string, scenario: (world: World) => Promise<void>): void {
  Deno.test(`Incarnation: ${name}`, async () => {
    const simulation = new Simulation({ seed: 824n, macrotask });
    const network = new SimNetwork(simulation);
    const disks = [0, 1].map((name) =>
      new SimDisk(simulation, { name, syncDelayMin: ms(5), syncDelayMax: ms(5) })
    );
    const [server, other] = disks.map((disk, id) => {
      const ends = [0, 1].map((to) => {
        const end = network.makeEnd(`${id} to ${to}`, id);
        network.connect(end.name, to);
        network.enable(end.name, true);
        return end;
      });
      const server = new SimServer();
      network.addServer(id, server);
      const transport = new SimTransport(ends, server);
      return new Incarnation(simulation.clock, transport, new SimStorage(disk));
    });
    const world = { simulation, network, disk: disks[0]!, server: server!, other: other! };
    await simulation.run(() => scenario(world));
  });
}

const never = () => assert.fail("the server is dead");

fencingTest("is alive until it is killed", ({ server }) => {
  assert.ok(server.alive);
  server.kill();
  assert.ok(!server.alive);
  return Promise.resolve();
});

fencingTest("no timer fires after kill()", async ({ simulation, server }) => {
  const timer = server.clock.after(ms(1), never);
  server.kill();
  server.clock.after(ms(1), never).cancel();
  server.clock.after(ms(1), never);
  server.clock.sleep(ms(1)).then(never);
  await simulation.clock.sleep(ms(10));
  timer.cancel();
});

fencingTest("a sleep that began before kill() does not end", async ({ simulation, server }) => {
  server.clock.sleep(ms(1)).then(never);
  server.kill();
  await simulation.clock.sleep(ms(10));
});

fencingTest("no call leaves after kill()", async ({ simulation, network, server, other }) => {
  other.transport.serve("Echo", never);
  server.kill();
  server.transport.call(ONE, "Echo", REQUEST, never);
  await simulation.clock.sleep(ms(10));
  assert.equal(network.totalCount, 0);
});

fencingTest("no reply arrives after kill()", async ({ simulation, server, other }) => {
  let handled = 0;
  other.transport.serve("Echo", (request, reply) => {
    handled++;
    reply(request);
  });
  server.transport.call(ONE, "Echo", REQUEST, never);
  server.kill();
  await simulation.clock.sleep(ms(10));
  assert.equal(handled, 1);
});

fencingTest("no request is handled after kill()", async ({ simulation, server, other }) => {
  server.transport.serve("Echo", never);
  server.kill();
  let answered = false;
  other.transport.call(ZERO, "Echo", REQUEST, () => answered = true);
  await simulation.clock.sleep(ms(1000));
  assert.ok(!answered);
});

fencingTest("no reply is sent after kill()", async ({ simulation, network, server, other }) => {
  server.transport.serve("Late", (request, reply) => {
    simulation.clock.after(ms(50), () => reply(request));
  });
  let answered = false;
  other.transport.call(ZERO, "Late", REQUEST, () => answered = true);
  await simulation.clock.sleep(ms(20));
  server.kill();
  await simulation.clock.sleep(ms(200));
  assert.ok(!answered);
  assert.equal(network.getCount(0), 1);
});

fencingTest("nothing is written after kill()", async ({ simulation, disk, server }) => {
  server.kill();
  server.storage.persist(BATCH, never);
  await simulation.clock.sleep(ms(10));
  assert.equal(new SimStorage(disk).load().hardState, undefined);
});

fencingTest("onDurable does not run after kill()", async ({ simulation, disk, server }) => {
  server.storage.persist(BATCH, never);
  server.kill();
  await simulation.clock.sleep(ms(10));
  // The batch was on its way to the disk, and a dead process does not call it back.
  assert.equal(new SimStorage(disk).load().hardState?.currentTerm, 5);
});

fencingTest("nothing changes for the others", async ({ simulation, server, other }) => {
  server.kill();
  let durable = false;
  other.storage.persist(BATCH, () => durable = true);
  await other.clock.sleep(ms(10));
  assert.ok(durable);
  assert.equal(simulation.clock.now(), other.clock.now());
});
