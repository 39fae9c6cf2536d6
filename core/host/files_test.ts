import assert from "node:assert/strict";
import { HostFiles } from "./files.ts";

/** Runs `body` with files in a folder of its own, and a list of the syncs that were done. */
async function withFiles(
  body: (files: HostFiles, root: string, syncs: string[]) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir();
  const { sync, syncData } = Deno.FsFile.prototype;
  const syncs: string[] = [];
  Deno.FsFile.prototype.sync = function () {
    syncs.push("folder");
    return sync.call(this);
  };
  Deno.FsFile.prototype.syncData = function () {
    syncs.push("data");
    return syncData.call(this);
  };
  try {
    await body(new HostFiles(root), root, syncs);
  } finally {
    Object.assign(Deno.FsFile.prototype, { sync, syncData });
    await Deno.remove(root, { recursive: true });
  }
}

async function put(files: HostFiles, path: string, durable: boolean): Promise<void> {
  const writer = await files.create(path);
  await writer.write(new Uint8Array([1, 2, 3]));
  await writer.close(durable);
}

Deno.test("HostFiles syncs a durable file, its folder, and the folders it made", () =>
  withFiles(async (files, _root, syncs) => {
    await put(files, "a/b/c", true);
    assert.deepEqual(syncs, ["data", "folder", "folder", "folder"]);
    syncs.length = 0;
    await put(files, "a/b/d", true);
    assert.deepEqual(syncs, ["data", "folder"]);
  }));

Deno.test("HostFiles syncs the folder when a durable file is renamed", () =>
  withFiles(async (files, _root, syncs) => {
    await put(files, "a", true);
    syncs.length = 0;
    await files.rename("a", "b");
    await files.rename("b", "c");
    assert.deepEqual(syncs, ["folder", "folder"]);
  }));

Deno.test("HostFiles syncs nothing for what is not durable", () =>
  withFiles(async (files, _root, syncs) => {
    await put(files, "a/b", true);
    syncs.length = 0;
    await put(files, "a/b", false);
    await files.rename("a/b", "c");
    await files.remove("c");
    await put(files, "e", false);
    assert.deepEqual(syncs, []);
  }));

Deno.test("HostFiles tries no sync again that failed", () =>
  withFiles(async (files, root, syncs) => {
    const writer = await files.create("a");
    Deno.FsFile.prototype.syncData = () => {
      syncs.push("failed");
      return Promise.reject(new Error("Input/output error"));
    };
    await assert.rejects(writer.close(true), /Cannot sync "a": Input\/output error/);
    await writer.close(true);
    assert.deepEqual(syncs, ["failed"]);
    await assert.rejects(writer.write(new Uint8Array(1)), /Cannot write "a"/);
    assert.deepEqual([...Deno.readDirSync(root)].map((entry) => entry.name), ["a"]);
  }));

Deno.test("HostFiles does not call a file durable that was not written completely", () =>
  withFiles(async (files, _root, syncs) => {
    const { write } = Deno.FsFile.prototype;
    const writer = await files.create("a");
    Deno.FsFile.prototype.write = () => Promise.reject(new Error("No space left on device"));
    await assert.rejects(writer.write(new Uint8Array(1)), /Cannot write "a": No space left/);
    Deno.FsFile.prototype.write = write;
    await assert.rejects(writer.close(true), /Cannot sync "a": not all of it was written/);
    assert.deepEqual(syncs, []);
    const given = await files.create("b");
    Deno.FsFile.prototype.write = () => Promise.reject(new Error("No space left on device"));
    await assert.rejects(given.write(new Uint8Array(1)));
    Deno.FsFile.prototype.write = write;
    await given.close(false);
  }));

Deno.test("HostFiles takes relative paths from the current folder by default", async () => {
  assert.equal(await new HostFiles().size("deno.json"), Deno.statSync("deno.json").size);
});
