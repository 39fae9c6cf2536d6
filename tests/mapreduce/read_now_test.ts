/** Reading at once is reading: on files of this machine and in memory. */

import assert from "node:assert/strict";
import { HostFiles } from "../../core/host/mod.ts";
import type { LocalFiles } from "../../core/mapreduce/local_files.ts";
import { MemoryFiles } from "../../core/sim/files.ts";

async function readsLikeRead(files: LocalFiles): Promise<void> {
  const bytes = new Uint8Array(100_000).map((_, i) => i * 7);
  const writer = await files.create("folder/file");
  await writer.write(bytes);
  await writer.close(false);
  for (
    const [offset, length] of [[0, 10], [99_990, 100], [5, 99_000], [100_000, 5], [3, 0]] as const
  ) {
    const read = files.readNow("folder/file", offset, length);
    assert.deepEqual(read, await files.read("folder/file", offset, length));
    assert.deepEqual(read, bytes.slice(offset, offset + length));
  }
  assert.throws(() => files.readNow("folder/none", 0, 1), /Cannot read "folder\/none"/);
}

Deno.test("HostFiles.readNow() gives what read() gives", async () => {
  const root = await Deno.makeTempDir();
  try {
    await readsLikeRead(new HostFiles(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("MemoryFiles.readNow() gives what read() gives", () => readsLikeRead(new MemoryFiles()));
