/** What every {@linkcode Disk} must do while it is sound. */

import assert from "node:assert/strict";
import { type Disk, DiskError, type DiskErrorReason, type OnDone } from "../../core/base/disk.ts";

/** Runs a test's body with an empty disk, and with a way to open the same folder once more. */
export type WithDisk = (body: (disk: Disk, again: () => Disk) => Promise<void>) => Promise<void>;

/** Registers the tests of a disk called `name`. */
export function diskSuite(name: string, withDisk: WithDisk): void {
  const test = (behaviour: string, body: (disk: Disk, again: () => Disk) => Promise<void> | void) =>
    Deno.test(`${name}: ${behaviour}`, () =>
      withDisk(async (disk, again) => {
        await body(disk, again);
      }));

  test("an empty folder has no files", (disk) => {
    assert.deepEqual(disk.list(), []);
  });

  test("files are listed by name, in order", (disk) => {
    for (const each of ["b", "a", "c"]) disk.create(each).close();
    assert.deepEqual(disk.list(), ["a", "b", "c"]);
  });

  test("what was written is read, in place and at the end", (disk) => {
    const file = disk.create("file");
    assert.equal(file.size, 0);
    file.write(0, bytes(1, 2, 3, 4));
    file.write(1, bytes(9, 8));
    file.write(4, bytes(5));
    assert.equal(file.size, 5);
    assert.deepEqual(file.read(0, 100), bytes(1, 9, 8, 4, 5));
    assert.deepEqual(file.read(2, 2), bytes(8, 4));
    assert.deepEqual(file.read(5, 2), bytes());
    assert.deepEqual(file.read(9, 2), bytes());
    file.close();
  });

  test("a gap becomes zeros", (disk) => {
    const file = disk.create("file");
    file.write(3, bytes(7));
    assert.deepEqual(file.read(0, 9), bytes(0, 0, 0, 7));
    file.close();
  });

  test("what was written is read through another opening", (disk) => {
    const file = disk.create("file");
    file.write(0, bytes(1, 2));
    file.close();
    const again = disk.open("file");
    assert.deepEqual(again.read(0, 9), bytes(1, 2));
    again.write(2, bytes(3));
    again.close();
    const third = disk.open("file");
    assert.deepEqual(third.read(0, 9), bytes(1, 2, 3));
    third.close();
  });

  test("long writes and syncs call back without an error", async (disk) => {
    const file = disk.create("file");
    const large = new Uint8Array(3_000_000).map((_, i) => i % 251);
    await done((onDone) => file.writeLater(2, large, onDone));
    await done((onDone) => file.writeLater(0, bytes(8, 9), onDone));
    await done((onDone) => file.sync(onDone));
    await done((onDone) => disk.syncNames(onDone));
    file.syncNow();
    disk.syncNamesNow();
    assert.equal(file.size, 3_000_002);
    assert.deepEqual(file.read(0, 4), bytes(8, 9, 0, 1));
    assert.deepEqual(file.read(2_000_002, 1), bytes(2_000_000 % 251));
    file.close();
  });

  test("a new name takes the place of a file of that name, and an open file stays open", (disk) => {
    const file = disk.create("new");
    file.write(0, bytes(1));
    const old = disk.create("file");
    old.write(0, bytes(2));
    disk.rename("new", "file");
    assert.deepEqual(disk.list(), ["file"]);
    file.write(1, bytes(3));
    old.write(1, bytes(4));
    const opened = disk.open("file");
    assert.deepEqual(opened.read(0, 9), bytes(1, 3));
    for (const each of [file, old, opened]) each.close();
  });

  test("a file made in place of another begins empty", (disk) => {
    const old = disk.create("file");
    old.write(0, bytes(1, 2));
    const file = disk.create("file");
    assert.equal(file.size, 0);
    assert.deepEqual(old.read(0, 9), bytes(1, 2));
    for (const each of [file, old]) each.close();
  });

  test("a removed name is gone; removing what is not there is harmless", (disk) => {
    disk.create("file").close();
    disk.remove("file");
    disk.remove("file");
    assert.deepEqual(disk.list(), []);
  });

  test("what is not there cannot be opened or renamed", (disk) => {
    fails(() => disk.open("file"), "absent", /Cannot open ".*file"/);
    fails(() => disk.rename("file", "other"), "absent", /Cannot rename ".*file"/);
  });

  test("a folder has one owner, and no list tells of its lock", (disk, again) => {
    disk.lock();
    assert.deepEqual(disk.list(), []);
    const other = again();
    fails(() => other.lock(), "locked", /another process owns it/);
    disk.unlock();
    other.lock();
    other.unlock();
  });
}

function bytes(...values: number[]): Uint8Array {
  return new Uint8Array(values);
}

function done(begin: (onDone: OnDone) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error) => error === undefined ? resolve() : reject(error));
  });
}

function fails(action: () => unknown, reason: DiskErrorReason, message: RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof DiskError);
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  });
}
