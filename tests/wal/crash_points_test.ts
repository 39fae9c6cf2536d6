/**
 * Crash-point enumeration: after every operation of the disk and after every byte of the last write, what is
 * recovered lies between what was acknowledged and what was submitted, and the log can be gone on with.
 */

import assert from "node:assert/strict";
import { serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal, type WalOptions } from "../../core/host/wal/mod.ts";
import { SimFileDisk } from "../../core/sim/file_disk.ts";
import type { FolderImage } from "../../core/sim/folder_image.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { forEachCrash, type Moment, Recorder } from "./crash_points.ts";
import { after, describe, entry, Model } from "./model.ts";
import { report } from "./report.ts";
import { WORKLOAD } from "./workload.ts";

const SEGMENT_BYTES = 300;
const identity = { cluster: "crash points", server: serverId(1) };

/** How far the workload was at a moment. */
interface Known {
  readonly acknowledged: number;
  readonly submitted: number;
}

/** Runs the workload and keeps every moment of it. */
async function record(compactsInBackground: boolean) {
  const simulation = new Simulation({ seed: 824n, macrotask });
  const { clock } = simulation;
  const model = new Model(compactsInBackground);
  let acknowledged = 0;
  const recorder = new Recorder<Known>(() => ({ acknowledged, submitted: model.submitted }));
  const disk = new SimFileDisk(simulation, {
    ...recorder.options,
    syncDelayMin: ms(1),
    syncDelayMax: ms(3),
  });
  recorder.watch(disk);
  await simulation.run(async () => {
    const wal = new Wal({
      disk: disk.mount(),
      clock,
      identity,
      segmentBytes: SEGMENT_BYTES,
      compactsInBackground,
    });
    wal.load();
    for (const { batches, waits } of WORKLOAD) {
      for (const batch of batches) {
        model.submit(batch);
        wal.persist(batch, () => acknowledged++);
      }
      while (waits && acknowledged < model.submitted) await clock.sleep(ms(1));
    }
    await clock.sleep(ms(30));
    wal.close();
    await clock.sleep(ms(30));
    assert.equal(wal.condition, "closed");
  });
  return { moments: recorder.end(), model };
}

/** A world in which everything takes no time, for what comes after a crash. */
const afterwards = new Simulation({ seed: 824n, macrotask });

function open(image: FolderImage, options: Partial<WalOptions> = {}): [Wal, SimFileDisk] {
  const disk = new SimFileDisk(afterwards, { image });
  return [
    new Wal({
      disk: disk.mount(),
      clock: afterwards.clock,
      identity,
      segmentBytes: SEGMENT_BYTES,
      ...options,
    }),
    disk,
  ];
}

/** Recovers, and checks what is recovered; then goes on, loses power, and recovers again. */
function check(
  image: FolderImage,
  { known, operation }: Moment<Known>,
  model: Model,
  name: string,
) {
  const [wal, disk] = open(image);
  const recovered = wal.load();
  const place = () =>
    `before ${operation?.operation ?? "the end"} of ${operation?.file}, ${name}: ` +
    `${known.acknowledged} acknowledged, ${known.submitted} submitted, recovered ${
      describe(recovered)
    }`;
  assert.notEqual(model.find(recovered, known.acknowledged, known.submitted), -1, place());
  const last = recovered.entries.at(-1)?.index ?? recovered.snapshot?.lastIncludedIndex ?? 0;
  const batch = { entries: [entry(last + 1, 99)] };
  let isDurable = false;
  wal.persist(batch, () => isDurable = true);
  assert.ok(isDurable, place());
  disk.image.crash(() => false, (file) => file.crash(0));
  const [again] = open(disk.image);
  assert.equal(describe(again.load()), describe(after(recovered, batch)), place());
}

for (const inBackground of [false, true]) {
  const how = inBackground ? "snapshots in the background" : "snapshots in their turn";
  Deno.test(`wal: every crash point, ${how}`, async () => {
    const { moments, model } = await record(inBackground);
    let points = 0;
    for (const moment of moments) {
      forEachCrash(moment, (image, name) => {
        points++;
        check(image, moment, model, name);
      });
    }
    report(
      `${points} crash points in ${moments.length - 1} operations and ${model.submitted} batches`,
    );
    assert.ok(points > 10_000);
  });
}

Deno.test("wal: every crash point of a recovery after a crash", async () => {
  const { moments } = await record(false);
  const second = new Simulation({ seed: 824n, macrotask });
  let points = 0;
  let count = 0;
  for (const moment of moments) {
    forEachCrash(moment, (image) => {
      if (count++ % 149 !== 0) return;
      const [first] = open(image.clone());
      const expected = describe(first.load());
      const recorder = new Recorder(() => expected);
      const disk = new SimFileDisk(second, { ...recorder.options, image });
      recorder.watch(disk);
      new Wal({ disk: disk.mount(), clock: second.clock, identity, segmentBytes: SEGMENT_BYTES });
      for (const inner of recorder.end()) {
        forEachCrash(inner, (crashed, name) => {
          if (points++ % 5 !== 0) return;
          assert.equal(describe(open(crashed)[0].load()), expected, name);
        });
      }
    });
  }
  report(`${points} crash points in ${Math.ceil(count / 149)} recoveries, every fifth one checked`);
});
