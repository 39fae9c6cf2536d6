/** Every bit of every file of a log, turned over: it is noticed, with file and offset, or it does no harm. */

import assert from "node:assert/strict";
import { type Recovered, serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal, WalError } from "../../core/host/wal/mod.ts";
import { SimFileDisk } from "../../core/sim/file_disk.ts";
import type { FolderImage } from "../../core/sim/folder_image.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { describe, entries, hardState, snapshot } from "./model.ts";
import { report } from "./report.ts";

const identity = { cluster: "bit flips", server: serverId(1) };
const simulation = new Simulation({ seed: 824n, macrotask });

function open(image: FolderImage): Wal {
  const disk = new SimFileDisk(simulation, { image }).mount();
  return new Wal({ disk, clock: simulation.clock, identity, segmentBytes: 400 });
}

/** A log of three segments on a snapshot, of a server that has nothing to do at present. */
async function makeLog(): Promise<{ image: FolderImage; state: Recovered }> {
  const making = new Simulation({ seed: 824n, macrotask });
  const device = new SimFileDisk(making, { syncDelayMin: ms(1), syncDelayMax: ms(1) });
  await making.run(async () => {
    const disk = device.mount();
    const wal = new Wal({ disk, clock: making.clock, identity, segmentBytes: 400 });
    const persist = wal.persist.bind(wal);
    persist({ hardState: hardState(1, 1), entries: entries(1, 4) }, () => {});
    await making.clock.sleep(ms(10));
    persist({ snapshot: snapshot(2) }, () => {});
    for (let i = 5; i < 20; i++) persist({ entries: entries(i, i, 1 + (i >> 2), i) }, () => {});
    await making.clock.sleep(ms(50));
    persist({ hardState: hardState(9) }, () => {});
    persist({ entries: entries(18, 21, 9) }, () => {});
    await making.clock.sleep(ms(50));
  });
  const image = device.image;
  image.crash(() => true, (file) => file.crash(file.unsafeBytes));
  return { image, state: open(image.clone()).load() };
}

Deno.test("wal: every bit flip is noticed or harmless", async () => {
  const { image, state } = await makeLog();
  const expected = describe(state);
  const noticed = new Map<string, number>();
  let harmless = 0;
  for (const name of image.names) {
    for (let bit = 0; bit < image.get(name)!.size * 8; bit++) {
      const flipped = image.clone();
      flipped.get(name)!.flipBit(bit);
      const before = flipped.names.map((each) => flipped.get(each)!.read(0, Infinity));
      try {
        assert.equal(describe(open(flipped).load()), expected, `bit ${bit} of ${name}`);
        harmless++;
      } catch (error) {
        if (!(error instanceof WalError)) throw error;
        assert.equal(error.file, name, error.message);
        assert.ok(error.offset !== undefined && error.offset <= bit >> 3, error.message);
        assert.match(error.message, new RegExp(`${name} .* at byte ${error.offset}.*Nothing was`));
        const after = flipped.names.map((each) => flipped.get(each)!.read(0, Infinity));
        assert.deepEqual(after, before, "a log that is refused is not changed");
        noticed.set(name, (noticed.get(name) ?? 0) + 1);
      }
    }
  }
  const total = [...noticed.values()].reduce((sum, count) => sum + count, harmless);
  const where = [...noticed].map(([name, count]) => `${count} in ${name}`).join(", ");
  report(`${total} bits: ${harmless} harmless, noticed ${where}`);
  assert.ok(noticed.size >= 4, "segments and snapshot");
});

Deno.test("wal: zeros in place of a whole piece of what was safe are noticed", async () => {
  const { image } = await makeLog();
  const last = image.names.filter((name) => name.startsWith("segment")).at(-1)!;
  const wal = open(image.clone());
  assert.ok(wal.report.records > 10);
  const data = image.get(last)!.read(0, Infinity);
  const end = data.findLastIndex((byte) => byte !== 0) + 1;
  const firstRecord = 60;
  for (let from = firstRecord; from + 40 < end - 24; from += 4) {
    const holed = image.clone();
    holed.get(last)!.write(from, new Uint8Array(40));
    assert.throws(
      () => open(holed),
      (error) => error instanceof WalError && error.reason === "damaged" && error.file === last,
      `zeros from ${from} on, of ${end}`,
    );
  }
});
