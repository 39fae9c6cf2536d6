import assert from "node:assert/strict";
import { serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal } from "../../core/host/wal/mod.ts";
import { SimFileDisk } from "../../core/sim/file_disk.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { entry, snapshot } from "./model.ts";

Deno.test("regression: a segment that once held a large batch does not keep the next one for ever", async () => {
  const simulation = new Simulation({ seed: 1n, macrotask });
  await simulation.run(async () => {
    const disk = new SimFileDisk(simulation);
    const identity = { cluster: "recycled", server: serverId(1) };
    const { clock } = simulation;
    const wal = new Wal({ disk: disk.mount(), clock, identity, segmentBytes: 1000 });
    for (const [index, bytes] of [[1, 9000], [2, 8000], [3, 7000], [4, 8500]] as const) {
      wal.persist({ entries: [entry(index, 1, bytes)] }, () => {});
      wal.persist({ snapshot: snapshot(index, 1, 10) }, () => {});
      await clock.sleep(ms(1));
      assert.ok(wal.logBytes < 1000, `${wal.logBytes} bytes behind the snapshot at ${index}`);
    }
  });
});
