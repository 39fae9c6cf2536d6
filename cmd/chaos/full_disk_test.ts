import assert from "node:assert/strict";
import { type DiskError } from "../../core/base/mod.ts";
import { HostDisk } from "../../core/host/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { FullDisk } from "./full_disk.ts";

Deno.test("FullDisk refuses to write while it is full, and may keep half of it", async () => {
  const folder = new TemporaryFolder("dist824-full-");
  try {
    const disk = new FullDisk(new HostDisk(folder.path));
    const file = disk.create("a");
    const [one, two, three] = [1, 2, 3].map((byte) => new Uint8Array(8).fill(byte));
    file.write(0, one!);
    disk.isFull = true;
    const isFull = { name: "DiskError", reason: "full" };
    assert.throws(() => file.write(0, two!), isFull);
    assert.throws(() => disk.create("b"), isFull);
    const late = Promise.withResolvers<DiskError | undefined>();
    file.writeLater(8, three!, late.resolve);
    assert.equal((await late.promise)?.reason, "full");
    assert.deepEqual([...file.read(0, 16)], [2, 2, 2, 2, 1, 1, 1, 1, 3, 3, 3, 3]);
    disk.isFull = false;
    file.write(0, three!);
    assert.deepEqual(file.read(0, 8), three);
    assert.deepEqual(disk.list(), ["a"]);
    file.close();
  } finally {
    await folder.remove();
  }
});
