import assert from "node:assert/strict";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { DiskError, type DiskOptions, SimDisk } from "./disk.ts";
import { Simulation } from "./simulation.ts";

function diskTest(
  name: string,
  options: DiskOptions,
  scenario: (disk: SimDisk, simulation: Simulation) => void | Promise<void>,
): void {
  Deno.test(`SimDisk ${name}`, async () => {
    const simulation = new Simulation({ seed: 824n, macrotask });
    await simulation.run(async () => {
      await scenario(new SimDisk(simulation, options), simulation);
    });
  });
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

function isDiskError(reason: DiskError["reason"]): (error: unknown) => boolean {
  return (error) => error instanceof DiskError && error.reason === reason;
}

const FIVE_MS: DiskOptions = { syncDelayMin: ms(5), syncDelayMax: ms(5) };

diskTest("reads a file that nobody wrote as empty", {}, (disk) => {
  assert.deepEqual(disk.read("log"), bytes());
});

diskTest("keeps files apart", {}, (disk) => {
  disk.append("a", bytes(1));
  disk.append("b", bytes(2));
  disk.append("a", bytes(3));
  assert.deepEqual([disk.read("a"), disk.read("b")], [bytes(1, 3), bytes(2)]);
});

diskTest("syncs within the call when syncs take no time", {}, (disk) => {
  let synced = false;
  disk.append("log", bytes(1));
  disk.sync("log", () => synced = true);
  assert.ok(synced);
});

diskTest("takes a time for each sync that it draws from its range", {
  syncDelayMin: ms(1),
  syncDelayMax: ms(4),
}, async (disk, simulation) => {
  const times: number[] = [];
  for (let i = 0; i < 500; i++) disk.sync("log", () => times.push(simulation.clock.now()));
  await simulation.clock.sleep(ms(10));
  assert.ok(times[0]! >= 1 && times[0]! < 1.1 && times.at(-1)! <= 4 && times.at(-1)! > 3.9);
});

diskTest("keeps after a crash what was synced, and any prefix of the rest", {}, (disk) => {
  const lengths = new Set<number>();
  for (let i = 0; i < 300; i++) {
    disk.replace("log", bytes(1, 2, 3));
    disk.sync("log", () => {});
    disk.append("log", bytes(4, 5, 6, 7));
    disk.crash();
    const kept = disk.read("log");
    assert.deepEqual(kept, bytes(1, 2, 3, 4, 5, 6, 7).subarray(0, kept.length));
    lengths.add(kept.length);
  }
  assert.deepEqual([...lengths].sort(), [3, 4, 5, 6, 7]);
});

diskTest(
  "may lose what is written while a sync is on its way",
  FIVE_MS,
  async (disk, simulation) => {
    let shortest = Infinity;
    for (let i = 0; i < 50; i++) {
      disk.truncate("log", 0);
      disk.append("log", bytes(1));
      disk.sync("log", () => {});
      disk.append("log", bytes(2));
      await simulation.clock.sleep(ms(6));
      disk.crash();
      shortest = Math.min(shortest, disk.read("log").length);
    }
    assert.equal(shortest, 1);
  },
);

diskTest("never ends a sync that a crash came before", FIVE_MS, async (disk, simulation) => {
  disk.append("log", bytes(1));
  disk.sync("log", () => assert.fail("the disk crashed"));
  disk.crash();
  await simulation.clock.sleep(ms(10));
  assert.equal(disk.crashes, 1);
});

diskTest("makes all safe when a program waits for its sync", FIVE_MS, (disk) => {
  disk.append("log", bytes(1, 2, 3));
  disk.syncNow("log");
  disk.crash();
  assert.deepEqual(disk.read("log"), bytes(1, 2, 3));
});

diskTest("holds syncs back while it stalls", FIVE_MS, async (disk, simulation) => {
  const times: number[] = [];
  disk.sync("log", () => times.push(simulation.clock.now()));
  disk.stall();
  await simulation.clock.sleep(ms(100));
  disk.sync("log", () => times.push(simulation.clock.now()));
  disk.resume();
  await simulation.clock.sleep(ms(100));
  assert.deepEqual(times, [100, 105]);
});

diskTest("that stalls does not sync within the call either", {}, async (disk, simulation) => {
  disk.stall();
  let synced = false;
  disk.sync("log", () => synced = true);
  await simulation.clock.sleep(ms(100));
  assert.ok(!synced);
  disk.resume();
  await simulation.clock.sleep(ms(1));
  assert.ok(synced);
});

diskTest("that is full writes what fits and throws", { capacity: 5 }, (disk) => {
  disk.append("a", bytes(1, 2, 3));
  assert.throws(() => disk.append("b", bytes(4, 5, 6)), isDiskError("full"));
  assert.deepEqual(disk.read("b"), bytes(4, 5));
  assert.throws(() => disk.replace("a", bytes(9)), isDiskError("full"));
  assert.deepEqual(disk.read("a"), bytes(1, 2, 3));
  disk.setCapacity(6);
  disk.replace("a", bytes(9));
  assert.deepEqual(disk.read("a"), bytes(9));
});

diskTest("fails the next operation of a kind on demand, and no other", {}, (disk) => {
  disk.failNext("append");
  disk.replace("log", bytes(1));
  assert.throws(() => disk.append("log", bytes(2)), isDiskError("error"));
  disk.failNext("replace");
  assert.throws(() => disk.replace("log", bytes(3)), isDiskError("error"));
  assert.equal(disk.read("log")[0], 1);
  disk.failNext("sync");
  const results: (string | undefined)[] = [];
  disk.append("log", bytes(4));
  disk.sync("log", (error) => results.push(error?.reason));
  disk.sync("log", (error) => results.push(error?.reason));
  assert.deepEqual(results, ["error", undefined]);
});

diskTest("does not make safe what a failed sync was for", FIVE_MS, async (disk, simulation) => {
  let lost = false;
  for (let i = 0; i < 20; i++) {
    disk.append("log", bytes(1));
    disk.failNext("sync");
    disk.sync("log", (error) => assert.ok(error));
    await simulation.clock.sleep(ms(6));
    disk.crash();
    lost ||= disk.read("log").length < i + 1;
  }
  assert.ok(lost);
});

diskTest("fails in the share of cases that was set", {
  errors: { numerator: 1, denominator: 4 },
}, (disk) => {
  let failures = 0;
  for (let i = 0; i < 4000; i++) disk.sync("log", (error) => failures += error ? 1 : 0);
  assert.ok(Math.abs(failures - 1000) < 120, `${failures} of 4000`);
  disk.setErrors(undefined);
  disk.append("log", bytes(1));
});

diskTest("flips one bit", {}, (disk) => {
  disk.append("log", new Uint8Array(100));
  const bit = disk.flipBit("log");
  const ones = disk.read("log").reduce((sum, byte, i) => byte === 0 ? sum : sum + i * 8, 0);
  assert.equal(ones, bit - bit % 8);
});

diskTest("tells who its present user is, until a crash", {}, (disk) => {
  const first = disk.takeOver();
  assert.ok(disk.isUser(first));
  const second = disk.takeOver();
  assert.ok(!disk.isUser(first) && disk.isUser(second));
  disk.crash();
  assert.ok(!disk.isUser(second));
});

Deno.test("SimDisk: disks of different names draw from different streams", () => {
  const simulation = new Simulation({ seed: 824n, macrotask });
  const kept = [0, 1, 2, 3].map((name) => {
    const disk = new SimDisk(simulation, { name });
    disk.append("log", new Uint8Array(1_000_000));
    disk.crash();
    return disk.read("log").length;
  });
  assert.equal(new Set(kept).size, 4);
});

Deno.test("SimDisk throws when the bounds of the sync delay are the wrong way round", () => {
  const simulation = new Simulation({ seed: 824n, macrotask });
  assert.throws(() => new SimDisk(simulation, { syncDelayMin: ms(2) }), RangeError);
});
