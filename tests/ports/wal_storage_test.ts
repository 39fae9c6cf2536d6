/** The write-ahead log behaves as the port promises: on simulated disks, and in a folder of this machine. */

import { serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { HostDisk } from "../../core/host/disk.ts";
import { RealClock } from "../../core/host/clock.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { SimFileDisk } from "../../core/sim/file_disk.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { storageSuite } from "./storage_suite.ts";

const identity = { cluster: "suite", server: serverId(1) };

for (const [name, syncDelayMax] of [["immediate", 0], ["slow", 5]] as const) {
  for (const segmentBytes of [300, 64 * 1024]) {
    storageSuite(`Wal with ${name} syncs and segments of ${segmentBytes} bytes`, (body) => {
      const simulation = new Simulation({ seed: 824n, macrotask });
      const { clock } = simulation;
      const device = new SimFileDisk(simulation, { syncDelayMax: ms(syncDelayMax) });
      return simulation.run(() =>
        body({
          clock,
          open: () => {
            device.crash();
            return new Wal({ disk: device.mount(), clock, identity, segmentBytes });
          },
        })
      );
    });
  }
}

storageSuite("Wal in a folder", async (body) => {
  const folder = await Deno.makeTempDir();
  const clock = new RealClock();
  let wal: Wal | undefined;
  const close = () => new Promise<void>((resolve) => wal ? wal.close(resolve) : resolve());
  try {
    await body({
      clock,
      open: async () => {
        await close();
        return wal = new Wal({
          disk: new HostDisk(folder),
          clock,
          identity,
          segmentBytes: 64 * 1024,
        });
      },
    });
  } finally {
    await close();
    await Deno.remove(folder, { recursive: true });
  }
});
