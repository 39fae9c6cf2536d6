/** What the log does, and says, when the disk or its folder is not as it should be. */

import assert from "node:assert/strict";
import { DiskError } from "../../core/base/disk.ts";
import { serverId } from "../../core/base/durable.ts";
import { ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { Wal, WalError, type WalErrorReason, type WalOptions } from "../../core/host/wal/mod.ts";
import { type FileDiskOptions, SimFileDisk } from "../../core/sim/file_disk.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { entries, entry, hardState, snapshot } from "./model.ts";

const identity = { cluster: "trouble", server: serverId(1) };

/** A disk, and a log on it that is opened again and again. */
class World {
  readonly simulation: Simulation;
  readonly disk: SimFileDisk;
  /** What the log has reported, in order: numbers of durable batches, and troubles. */
  readonly events: (number | string)[] = [];

  constructor(simulation: Simulation, options: FileDiskOptions) {
    this.simulation = simulation;
    this.disk = new SimFileDisk(simulation, options);
  }

  open(options: Partial<WalOptions> = {}): Wal {
    return new Wal({
      disk: this.disk.mount(),
      clock: this.simulation.clock,
      identity,
      segmentBytes: 2000,
      onFailure: ({ reason }) => this.events.push(`failure: ${reason}`),
      onFull: ({ reason }) => this.events.push(`full: ${reason}`),
      onRoom: () => this.events.push("room"),
      ...options,
    });
  }

  sleep(span: number): Promise<void> {
    return this.simulation.clock.sleep(ms(span));
  }

  /** Appends the entry of that index; its number is reported when it is durable. */
  append(wal: Wal, index: number, bytes = 8): void {
    wal.persist({ entries: [entry(index, 1, bytes)] }, () => this.events.push(index));
  }
}

function troubleTest(
  name: string,
  options: FileDiskOptions,
  scenario: (world: World) => Promise<void> | void,
): void {
  Deno.test(`wal: ${name}`, async () => {
    const simulation = new Simulation({ seed: 824n, macrotask });
    await simulation.run(async () => {
      await scenario(new World(simulation, options));
    });
  });
}

const SLOW: FileDiskOptions = { syncDelayMin: ms(2), syncDelayMax: ms(2) };

function refuses(
  open: () => Wal,
  reason: WalErrorReason,
  message: RegExp,
  file: string | undefined,
): void {
  assert.throws(open, (error) => {
    assert.ok(error instanceof WalError, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    assert.equal(error.file, file);
    return true;
  });
}

troubleTest("batches that come during a sync share the next one", SLOW, async (world) => {
  const wal = world.open({ segmentBytes: 64 * 1024 });
  for (let i = 1; i <= 100; i++) world.append(wal, i);
  await world.sleep(10);
  assert.equal(world.events.length, 100);
  assert.deepEqual({ ...wal.counts, bytes: 0 }, { batches: 100, syncs: 2, bytes: 0 });
});

troubleTest("those who hand over the next batch at once share a sync, too", SLOW, async (world) => {
  const { clock } = world.simulation;
  const wal = world.open({
    segmentBytes: 64 * 1024,
    gather: (next) => void clock.after(ms(0), next),
  });
  let index = 0;
  const handOver = () => {
    if (index < 400) {
      wal.persist({ entries: [entry(++index)] }, () => void clock.sleep(ms(0)).then(handOver));
    }
  };
  for (let i = 0; i < 40; i++) handOver();
  await world.sleep(100);
  assert.deepEqual({ ...wal.counts, bytes: 0 }, { batches: 400, syncs: 11, bytes: 0 });
});

troubleTest(
  "a failed sync is reported once, and nothing is confirmed any more",
  SLOW,
  async (world) => {
    const wal = world.open();
    world.append(wal, 1);
    await world.sleep(10);
    world.disk.failNext("sync");
    world.append(wal, 2);
    world.append(wal, 3);
    await world.sleep(10);
    world.append(wal, 4);
    await world.sleep(1000);
    assert.deepEqual(world.events, [1, "failure: error"]);
    assert.equal(wal.condition, "failed");
    assert.match(wal.error!.message, /Cannot sync "segment-0000000001.wal"/);
  },
);

troubleTest(
  "a write that failed to be synced is written again by the next life",
  {},
  (world) => {
    const wal = world.open();
    world.disk.failNext("sync");
    world.append(wal, 1);
    assert.deepEqual(world.open().load().entries.length, 1);
    world.disk.image.crash(() => false, (file) => file.crash(0));
    assert.deepEqual(world.open().load().entries.length, 1);
  },
);

troubleTest(
  "on a full disk batches wait, in their order, until there is room",
  SLOW,
  async (world) => {
    const wal = world.open();
    await world.sleep(10);
    world.disk.setCapacity(0);
    for (let i = 1; i <= 6; i++) world.append(wal, i, 1500);
    await world.sleep(5000);
    assert.deepEqual(world.events, [1, 2, "full: full"], "a segment and a spare had room");
    assert.equal(wal.condition, "full");
    assert.equal(wal.error?.reason, "full");
    world.disk.setCapacity(Infinity);
    await world.sleep(2000);
    assert.deepEqual(world.events, [1, 2, "full: full", "room", 3, 4, 5, 6]);
    assert.equal(wal.condition, "ok");
    assert.equal(world.open().load().entries.length, 6);
  },
);

troubleTest("a snapshot that has no room waits, too", SLOW, async (world) => {
  const wal = world.open();
  await world.sleep(10);
  world.append(wal, 1);
  world.disk.setCapacity(4500);
  wal.persist({ snapshot: snapshot(1, 1, 3000) }, () => world.events.push("snapshot"));
  world.append(wal, 2);
  await world.sleep(3000);
  assert.deepEqual(world.events, [1, "full: full"]);
  assert.ok(
    !world.disk.image.names.some((name) => name.endsWith(".tmp")),
    "its room is free again",
  );
  world.disk.setCapacity(Infinity);
  await world.sleep(2000);
  assert.deepEqual(world.events, [1, "full: full", "room", "snapshot", 2]);
});

troubleTest("a compaction in the background has time to find room", SLOW, async (world) => {
  const wal = world.open({ compactsInBackground: true });
  await world.sleep(10);
  for (let i = 1; i <= 3; i++) world.append(wal, i);
  world.disk.setCapacity(4500);
  wal.persist({ snapshot: snapshot(2, 1, 3000) }, () => world.events.push("snapshot"));
  world.append(wal, 4);
  await world.sleep(100);
  assert.deepEqual(world.events, [1, 2, 3, "snapshot", 4]);
  world.disk.setCapacity(Infinity);
  await world.sleep(2000);
  assert.equal(world.open().load().snapshot?.lastIncludedIndex, 2);
});

troubleTest("a stall shows in how long the disk has been busy", SLOW, async (world) => {
  const wal = world.open();
  assert.equal(wal.busyFor, 0);
  world.disk.stall();
  world.append(wal, 1);
  await world.sleep(700);
  assert.equal(wal.busyFor, 700);
  assert(wal.busyBytes > 0);
  world.disk.resume();
  await world.sleep(1);
  assert.equal(wal.busyFor, 0);
  assert.equal(wal.busyBytes, 0);
  assert.deepEqual(world.events, [1]);
});

troubleTest("a batch larger than a segment gets one of its size", SLOW, async (world) => {
  const wal = world.open();
  world.append(wal, 1, 100_000);
  world.append(wal, 2);
  await world.sleep(100);
  assert.deepEqual(world.events, [1, 2]);
  assert.equal(world.open().load().entries[0]?.command.length, 100_000);
});

troubleTest("segments that a snapshot covers are dropped, and used again", SLOW, async (world) => {
  const wal = world.open();
  for (let i = 1; i <= 400; i++) {
    world.append(wal, i, 100);
    if (i % 40 === 0) wal.persist({ snapshot: snapshot(i - 5) }, () => {});
    await world.sleep(5);
  }
  await world.sleep(100);
  const { names, files } = world.disk.image;
  assert.equal(names.filter((name) => name.startsWith("segment")).length, 1);
  assert.ok(names.filter((name) => name.startsWith("spare")).length <= 4);
  assert.ok(files.reduce((sum, { size }) => sum + size, 0) < 12_000);
  assert.deepEqual(world.open().load().entries.map(({ index }) => index), [
    396,
    397,
    398,
    399,
    400,
  ]);
});

troubleTest(
  "a closed log has confirmed everything, and gives the folder up",
  SLOW,
  async (world) => {
    const disk = world.disk.mount();
    const wal = new Wal({ disk, clock: world.simulation.clock, identity, segmentBytes: 2000 });
    for (let i = 1; i <= 10; i++) world.append(wal, i);
    wal.close(() => world.events.push("closed"));
    world.append(wal, 11);
    await world.sleep(20);
    assert.deepEqual(world.events, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, "closed"]);
    const { clock } = world.simulation;
    const again = new Wal({ disk, clock, identity, segmentBytes: 2000 });
    assert.equal(again.load().entries.length, 10);
    assert.equal(again.report.tornTail, undefined);
  },
);

troubleTest("a torn tail is cut off and reported", SLOW, async (world) => {
  const wal = world.open();
  world.append(wal, 1);
  await world.sleep(20);
  world.append(wal, 2, 500);
  const segment = world.disk.image.get("segment-0000000001.wal")!;
  const end = segment.size - segment.read(0, Infinity).toReversed().findIndex((byte) => byte > 0);
  segment.crash(segment.unsafeBytes - 200);
  const { report } = world.open();
  const { file, offset, bytes } = report.tornTail!;
  assert.equal(file, "segment-0000000001.wal");
  assert.ok(offset > 20 && offset + bytes >= end && offset + bytes < end + 4);
  assert.equal(world.open().report.tornTail, undefined, "it is reported once");
});

troubleTest("what was cut off never counts again", {}, (world) => {
  const wal = world.open();
  wal.persist({ hardState: hardState(1) }, () => {});
  const segment = world.disk.image.get("segment-0000000001.wal")!;
  segment.makeSafe(segment.mark());
  world.disk.stall();
  for (let i = 1; i <= 3; i++) world.append(wal, i);
  // Of the write only what is behind its first record reaches the disk, byte for byte as the next life will go on.
  const whole = segment.read(0, Infinity);
  world.disk.resume();
  segment.crash(0);
  const first = whole.findIndex((byte, i) => byte !== segment.read(i, 1)[0]);
  segment.write(first + 64, whole.subarray(first + 64));
  const next = world.open();
  assert.deepEqual(next.load().entries, []);
  world.append(next, 1);
  assert.deepEqual(world.open().load().entries.map(({ index }) => index), [1]);
});

troubleTest("a folder in use is refused", {}, (world) => {
  const disk = world.disk.mount();
  const options = { disk, clock: world.simulation.clock, identity, segmentBytes: 2000 };
  new Wal(options);
  refuses(() => new Wal(options), "locked", /"disk\/0": another process uses.* Stop/, undefined);
});

troubleTest("a folder of another server or cluster is refused", {}, (world) => {
  world.open();
  for (const other of [{ cluster: "x" }, { server: serverId(2) }]) {
    refuses(
      () => world.open({ identity: { ...identity, ...other } }),
      "foreign",
      /belongs to server 1 of cluster "trouble", this is server/,
      "segment-0000000001.wal",
    );
  }
  world.open();
});

troubleTest("a log of a later version is refused", {}, (world) => {
  world.open();
  const segment = world.disk.image.get("segment-0000000001.wal")!;
  segment.write(8, new Uint8Array([2, 0, 0, 0, 9, 9]));
  refuses(() => world.open(), "version", /version 2 at byte 8/, "segment-0000000001.wal");
});

troubleTest("a missing snapshot or segment is refused", {}, (world) => {
  const wal = world.open();
  wal.persist({ entries: entries(1, 4, 1, 900) }, () => {});
  wal.persist({ snapshot: snapshot(1) }, () => {});
  for (let i = 5; i < 10; i++) world.append(wal, i, 1500);
  const { image } = world.disk;
  image.rename("snapshot-0000000001.snap", "elsewhere");
  refuses(() => world.open(), "missing", /is missing: the log stands/, "snapshot-0000000001.snap");
  image.rename("elsewhere", "snapshot-0000000001.snap");
  const segment = image.names.filter((name) => name.startsWith("segment"))[1]!;
  image.rename(segment, "elsewhere");
  refuses(() => world.open(), "missing", /does not hold all entries up to 9/, segment);
  image.rename("elsewhere", segment);
  for (const name of image.names) if (name.startsWith("segment")) image.remove(name);
  refuses(() => world.open(), "missing", /every segment is missing/, "every segment");
});

troubleTest("a disk that cannot be read is not a damaged log", {}, (world) => {
  world.open();
  world.disk.failNext("read");
  assert.throws(() => world.open(), DiskError);
  world.open();
});

troubleTest(
  "it knows what another snapshot would save, also while one is written",
  SLOW,
  async (world) => {
    const wal = world.open({ segmentBytes: 64 * 1024, compactsInBackground: true });
    assert.ok(wal.bytesSinceSnapshot < 200);
    for (let i = 1; i <= 10; i++) world.append(wal, i, 1000);
    await world.sleep(10);
    assert.ok(wal.bytesSinceSnapshot > 10_000);
    wal.persist({ snapshot: snapshot(10, 1) }, () => {});
    assert.ok(wal.bytesSinceSnapshot < 100, "it is handed over, not written");
    world.append(wal, 11, 1000);
    await world.sleep(50);
    assert.ok(wal.bytesSinceSnapshot > 1000 && wal.bytesSinceSnapshot < 2000);
    wal.close();
  },
);
