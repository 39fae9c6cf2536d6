/** The simulated world behaves as the ports promise. */

import { ms } from "../../core/base/units.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { macrotask } from "../../core/host/mod.ts";
import {
  Incarnation,
  SimDisk,
  SimNetwork,
  SimServer,
  SimStorage,
  SimTransport,
  Simulation,
} from "../../core/sim/mod.ts";
import { clockSuite } from "./clock_suite.ts";
import { randomSuite } from "./random_suite.ts";
import { storageSuite } from "./storage_suite.ts";
import { transportSuite, type TransportWorld } from "./transport_suite.ts";

function simulate(script: (simulation: Simulation) => Promise<void>): Promise<void> {
  const simulation = new Simulation({ seed: 824n, macrotask });
  return simulation.run(() => script(simulation));
}

/** The ports of three connected servers. */
function makeServers(simulation: Simulation): readonly [Incarnation, Incarnation, Incarnation] {
  const network = new SimNetwork(simulation);
  const make = (id: number) => {
    const ends = [0, 1, 2].map((to) => {
      const end = network.makeEnd(`${id} to ${to}`, id);
      network.connect(end.name, to);
      network.enable(end.name, true);
      return end;
    });
    const server = new SimServer();
    network.addServer(id, server);
    const storage = new SimStorage(new SimDisk(simulation, { name: id }));
    return new Incarnation(simulation.clock, new SimTransport(ends, server), storage);
  };
  return [make(0), make(1), make(2)];
}

randomSuite("SeededRandom", (seed) => new SeededRandom(seed));

clockSuite("Simulation.clock", (body) => simulate((simulation) => body(simulation.clock)));

clockSuite(
  "Incarnation.clock",
  (body) => simulate((simulation) => body(makeServers(simulation)[0].clock)),
);

transportSuite("SimTransport", (body) =>
  simulate((simulation) => {
    const [zero, one, two] = makeServers(simulation);
    const transports: TransportWorld["transports"] = [
      zero.transport,
      one.transport,
      two.transport,
    ];
    return body({ clock: simulation.clock, transports });
  }));

for (const [name, syncDelayMax] of [["immediate", 0], ["slow", 5]] as const) {
  storageSuite(`SimStorage with ${name} syncs`, (body) =>
    simulate((simulation) => {
      const { clock } = simulation;
      const disk = new SimDisk(simulation, { syncDelayMax: ms(syncDelayMax) });
      const [{ transport }] = makeServers(simulation);
      let life: Incarnation | undefined;
      const open = () => {
        life?.kill();
        life = new Incarnation(clock, transport, new SimStorage(disk));
        return life.storage;
      };
      return body({ clock, open });
    }));
}
