/** The files in memory behave as the port promises. */

import { macrotask } from "../../core/host/mod.ts";
import { MemoryFiles, Simulation } from "../../core/sim/mod.ts";
import { filesSuite } from "./files_suite.ts";

filesSuite(
  "MemoryFiles",
  (body) => body({ files: new MemoryFiles({ root: "/data/set" }), root: "/data/set" }),
);

filesSuite("MemoryFiles in virtual time", (body) => {
  const simulation = new Simulation({ seed: 824n, macrotask });
  const files = new MemoryFiles({ simulation, root: "/data" });
  return simulation.run(() => body({ files, root: "/data" }));
});
