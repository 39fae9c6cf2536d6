/** The simulated disk and a folder of this machine behave as the port promises. */

import { HostDisk } from "../../core/host/disk.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { SimFileDisk } from "../../core/sim/file_disk.ts";
import { MountedDisk } from "../../core/sim/mounted_disk.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { diskSuite } from "./disk_suite.ts";

diskSuite("SimFileDisk", (body) => {
  const simulation = new Simulation({ seed: 824n, macrotask });
  const device = new SimFileDisk(simulation);
  return simulation.run(() => body(device.mount(), () => new MountedDisk(device, 1)));
});

diskSuite("HostDisk", async (body) => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/made/below`;
    await body(new HostDisk(path), () => new HostDisk(path));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
