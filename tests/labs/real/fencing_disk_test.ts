import assert from "node:assert/strict";
import { InvariantError } from "../../../core/base/errors.ts";
import { FencingDisk } from "./fencing_disk.ts";

function fail(error: unknown): never {
  throw error;
}

/** Runs `body` with a folder that two lives use, one after the other. */
async function withFolder(body: (path: string) => Promise<void>): Promise<void> {
  const path = await Deno.makeTempDir();
  try {
    await body(path);
  } finally {
    await Deno.remove(path, { recursive: true });
  }
}

Deno.test("FencingDisk: what a killed server has written stays, and what it does then has no effect", () =>
  withFolder(async (path) => {
    const disk = new FencingDisk(path, fail);
    disk.lock();
    const file = disk.create("a");
    file.write(0, new Uint8Array([1, 2]));
    let ends = 0;
    const onDone = () => void ends++;
    file.sync(onDone);
    disk.syncNames(onDone);
    const quiet = disk.fence();
    file.write(0, new Uint8Array([3]));
    file.writeLater(0, new Uint8Array([3]), onDone);
    file.sync(onDone);
    file.syncNow();
    file.close();
    disk.rename("a", "b");
    disk.remove("a");
    disk.syncNames(onDone);
    disk.syncNamesNow();
    for (const act of [() => disk.create("c"), () => disk.open("a"), () => disk.lock()]) {
      assert.throws(act, InvariantError);
    }
    await quiet;
    assert.equal(ends, 0);
    assert.deepEqual(await Deno.readFile(`${path}/a`), new Uint8Array([1, 2]));
  }));

Deno.test("FencingDisk: the next life can lock the folder at once, whatever is under way", () =>
  withFolder(async (path) => {
    const before = new FencingDisk(path, fail);
    before.lock();
    const file = before.create("a");
    file.writeLater(0, new Uint8Array(1_000_000), () => assert.fail("nobody waits any more"));
    const quiet = before.fence();
    before.unlock();
    const next = new FencingDisk(path, fail);
    next.lock();
    next.create("a").write(0, new Uint8Array([7]));
    await Promise.all([quiet, next.fence()]);
    assert.deepEqual(await Deno.readFile(`${path}/a`), new Uint8Array([7]));
  }));

Deno.test("FencingDisk hands on what a callback throws", () =>
  withFolder(async (path) => {
    const thrown = Promise.withResolvers<unknown>();
    const disk = new FencingDisk(path, thrown.resolve);
    const error = new TypeError("broken");
    disk.syncNames(() => {
      throw error;
    });
    assert.equal(await thrown.promise, error);
    await disk.fence();
  }));
