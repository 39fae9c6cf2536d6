import assert from "node:assert/strict";
import { DiskError } from "../base/disk.ts";
import { HostDisk } from "./disk.ts";

/** Runs `body` with a disk of its own. */
async function withDisk(body: (disk: HostDisk, folder: string) => Promise<void> | void) {
  const folder = await Deno.makeTempDir();
  try {
    await body(new HostDisk(folder), folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isDiskError(reason: DiskError["reason"], message: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof DiskError);
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  };
}

Deno.test("HostDisk tells a full disk from other failures", () =>
  withDisk(async (disk, folder) => {
    await Deno.symlink("/dev/full", `${folder}/full`);
    const file = disk.open("full");
    const isFull = isDiskError("full", /^Cannot write to ".*full": /);
    assert.throws(() => file.write(0, new Uint8Array(10)), isFull);
    const { promise, resolve } = Promise.withResolvers<unknown>();
    file.writeLater(0, new Uint8Array(10), resolve);
    isFull(await promise);
    file.close();
    assert.throws(() => file.write(0, new Uint8Array(1)), isDiskError("error", /Cannot write/));
  }));

Deno.test("HostDisk calls back when a sync cannot be done", () =>
  withDisk(async (disk) => {
    const file = disk.create("file");
    file.close();
    const { promise, resolve } = Promise.withResolvers<unknown>();
    file.sync(resolve);
    isDiskError("error", /^Cannot sync ".*file": /)(await promise);
  }));

Deno.test("HostDisk calls back when the folder is gone", async () => {
  const folder = await Deno.makeTempDir();
  const disk = new HostDisk(folder);
  await Deno.remove(folder);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  disk.syncNames(resolve);
  isDiskError("absent", /^Cannot sync the folder /)(await promise);
  assert.throws(() => disk.list(), isDiskError("absent", /^Cannot list /));
});

Deno.test("HostDisk throws when its folder cannot be made", () =>
  withDisk((disk, folder) => {
    disk.create("file").close();
    assert.throws(() => new HostDisk(`${folder}/file/below`), DiskError);
  }));

Deno.test("HostDisk is unlocked when its process ends, however it ends", () =>
  withDisk(async (disk, folder) => {
    const holder = new Deno.Command(Deno.execPath(), {
      args: [
        "eval",
        `const { HostDisk } = await import(${JSON.stringify(import.meta.resolve("./disk.ts"))});
         new HostDisk(${JSON.stringify(folder)}).lock();
         console.log("locked");
         await new Promise(() => setInterval(() => {}, 1000));`,
      ],
      stdout: "piped",
    }).spawn();
    const output = holder.stdout.getReader();
    await output.read();
    assert.throws(() => disk.lock(), isDiskError("locked", /another process owns it/));
    holder.kill("SIGKILL");
    await holder.status;
    await output.cancel();
    disk.lock();
    disk.unlock();
  }));
