import assert from "node:assert/strict";
import { type Disk, DiskError, type DiskFile } from "../base/disk.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { type FileDiskOptions, type Operation, SimFileDisk } from "./file_disk.ts";
import { Simulation } from "./simulation.ts";

function diskTest(
  name: string,
  options: FileDiskOptions,
  scenario: (device: SimFileDisk, simulation: Simulation) => void | Promise<void>,
): void {
  Deno.test(`SimFileDisk ${name}`, async () => {
    const simulation = new Simulation({ seed: 824n, macrotask });
    await simulation.run(async () => {
      await scenario(new SimFileDisk(simulation, options), simulation);
    });
  });
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

function read(disk: Disk, name: string): Uint8Array {
  return disk.open(name).read(0, 1000);
}

/** Makes a file whose name and content are safe. */
function safeFile(disk: Disk, name: string, content: Uint8Array): DiskFile {
  const file = disk.create(name);
  file.write(0, content);
  file.syncNow();
  disk.syncNamesNow();
  return file;
}

function isDiskError(reason: DiskError["reason"]): (error: unknown) => boolean {
  return (error) => error instanceof DiskError && error.reason === reason;
}

const FIVE_MS: FileDiskOptions = { syncDelayMin: ms(5), syncDelayMax: ms(5) };

diskTest(
  "keeps of a file what was synced, and any prefix of what was written since",
  {},
  (device) => {
    const found = new Set<string>();
    for (let i = 0; i < 300; i++) {
      const file = safeFile(device.mount(), "file", bytes(1, 2, 3, 4));
      file.write(1, bytes(8, 9));
      file.write(4, bytes(5));
      device.crash();
      found.add(read(device.mount(), "file").join());
    }
    assert.deepEqual([...found].sort(), ["1,2,3,4", "1,8,3,4", "1,8,9,4", "1,8,9,4,5"]);
  },
);

diskTest("may keep any of the sectors instead", { tearing: "sectors" }, (device) => {
  const found = new Set<string>();
  for (let i = 0; i < 300; i++) {
    const file = safeFile(device.mount(), "file", new Uint8Array(1500));
    file.write(500, new Uint8Array(1000).fill(1));
    device.crash();
    const kept = device.mount().open("file").read(0, 2000);
    found.add([kept[500], kept[512], kept[1023], kept[1024], kept[1499]].join(""));
  }
  assert.equal(found.size, 8, "three sectors, each of which was kept or not");
});

diskTest("keeps a prefix of the names that were given since they were synced", {}, (device) => {
  const found = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const disk = device.mount();
    for (const name of disk.list()) disk.remove(name);
    safeFile(disk, "a", bytes(1));
    disk.create("b");
    disk.rename("a", "c");
    disk.remove("b");
    device.crash();
    found.add(device.mount().list().join());
  }
  assert.deepEqual([...found].sort(), ["a", "a,b", "b,c", "c"]);
});

diskTest("does not lose a synced file whose new name is lost", {}, (device) => {
  const disk = device.mount();
  safeFile(disk, "a", bytes(1));
  disk.rename("a", "b");
  disk.open("b").write(0, bytes(2));
  disk.open("b").syncNow();
  device.image.crash(() => false, (file) => file.crash(0));
  assert.deepEqual(read(device.mount(), "a"), bytes(2));
});

diskTest(
  "may lose what is written while a sync is on its way",
  FIVE_MS,
  async (device, simulation) => {
    const disk = device.mount();
    const file = safeFile(disk, "file", bytes(1));
    file.write(1, bytes(2));
    file.sync(() => {});
    file.write(2, bytes(3));
    disk.create("other");
    disk.syncNames(() => {});
    disk.create("late");
    await simulation.clock.sleep(ms(6));
    device.image.crash(() => false, (each) => each.crash(0));
    assert.deepEqual(read(device.mount(), "file"), bytes(1, 2));
    assert.deepEqual(device.mount().list(), ["file", "other"]);
  },
);

diskTest(
  "never makes safe what a failed sync was for, not by a later sync either",
  {},
  (device) => {
    const file = safeFile(device.mount(), "file", bytes(1));
    file.write(0, bytes(2));
    device.failNext("sync");
    let failure: DiskError | undefined;
    file.sync((error) => failure = error);
    assert.ok(isDiskError("error")(failure));
    file.syncNow();
    assert.deepEqual(file.read(0, 1), bytes(2));
    device.crash();
    assert.deepEqual(read(device.mount(), "file"), bytes(1));
  },
);

diskTest(
  "does nothing for a program whose place another has taken",
  FIVE_MS,
  async (device, simulation) => {
    const old = device.mount();
    const file = safeFile(old, "file", bytes(1));
    old.lock();
    file.sync(() => assert.fail("the program is dead"));
    file.writeLater(0, bytes(4), () => assert.fail("the program is dead"));
    const disk = device.mount();
    disk.lock();
    file.write(0, bytes(7));
    file.sync(() => assert.fail("the program is dead"));
    old.create("other").write(0, bytes(1));
    old.rename("file", "other");
    old.remove("file");
    old.unlock();
    await simulation.clock.sleep(ms(20));
    assert.deepEqual(disk.list(), ["file"]);
    assert.deepEqual(read(disk, "file"), bytes(4));
    assert.throws(() => old.open("other"), isDiskError("absent"));
  },
);

diskTest("that is full writes what fits, and in place as before", { capacity: 6 }, (device) => {
  const file = device.mount().create("file");
  file.write(0, bytes(1, 2, 3, 4));
  assert.throws(() => file.write(4, bytes(5, 6, 7)), isDiskError("full"));
  assert.equal(file.size, 6);
  file.write(0, bytes(9, 9, 9, 9, 9, 9));
  device.setCapacity(2);
  file.write(1, bytes(8));
  let failure: DiskError | undefined;
  file.writeLater(6, bytes(1), (error) => failure = error);
  assert.ok(isDiskError("full")(failure));
  device.heal();
  file.write(6, bytes(1));
});

diskTest("fails the operations that it is told to", {}, (device) => {
  const disk = device.mount();
  const file = safeFile(disk, "file", bytes(1));
  const attempts = {
    open: () => disk.open("file"),
    create: () => disk.create("other"),
    read: () => file.read(0, 1),
    write: () => file.write(0, bytes(1)),
    sync: () => file.syncNow(),
    rename: () => disk.rename("file", "other"),
    remove: () => disk.remove("file"),
    syncNames: () => disk.syncNamesNow(),
  };
  for (const operation of Object.keys(attempts) as (keyof typeof attempts)[]) {
    for (const reason of ["error", "full"] as const) {
      device.failNext(operation, reason);
      assert.throws(attempts[operation], isDiskError(reason), operation);
    }
  }
  assert.deepEqual(disk.list(), ["file"]);
});

diskTest("fails in the share of cases that was set", {}, (device) => {
  const file = device.mount().create("file");
  device.setErrors({ numerator: 1, denominator: 4 });
  let failures = 0;
  for (let i = 0; i < 2000; i++) file.sync((error) => failures += error ? 1 : 0);
  assert.ok(Math.abs(failures - 500) < 80, `${failures} of 2000`);
});

diskTest("holds back what takes time while it stalls", FIVE_MS, async (device, simulation) => {
  const disk = device.mount();
  const file = disk.create("file");
  const times: number[] = [];
  const onDone = () => times.push(simulation.clock.now());
  device.stall();
  file.sync(onDone);
  file.writeLater(0, bytes(1), onDone);
  disk.syncNames(onDone);
  await simulation.clock.sleep(ms(100));
  device.resume();
  await simulation.clock.sleep(ms(100));
  assert.deepEqual(times, [100, 100, 100]);
});

diskTest("flips one bit, of what is safe as well", {}, (device) => {
  safeFile(device.mount(), "file", new Uint8Array(100));
  const bit = device.flipBit("file");
  device.crash();
  const ones = read(device.mount(), "file").findIndex((byte) => byte !== 0);
  assert.equal(ones, bit >> 3);
  assert.throws(() => device.flipBit("nothing"), RangeError);
});

Deno.test("SimFileDisk tells of every change before it is made", () => {
  const simulation = new Simulation({ seed: 824n, macrotask });
  const seen: string[] = [];
  const onOperation = ({ operation, file, offset, bytes: { length } }: Operation) =>
    seen.push(`${operation} ${file} ${offset} ${length} (${device.image.names})`);
  const device: SimFileDisk = new SimFileDisk(simulation, { onOperation });
  const disk = device.mount();
  safeFile(disk, "a", bytes(1, 2)).read(0, 1);
  disk.rename("a", "b");
  disk.remove("b");
  assert.deepEqual(seen, [
    "create a 0 0 ()",
    "write a 0 2 (a)",
    "sync a 0 0 (a)",
    "syncNames disk/0 0 0 (a)",
    "rename a 0 0 (a)",
    "remove b 0 0 (b)",
  ]);
});
