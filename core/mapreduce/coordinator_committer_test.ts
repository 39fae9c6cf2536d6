import assert from "node:assert/strict";
import { MemoryFiles } from "../sim/files.ts";
import { FilesCommitter, OutputLostError } from "./coordinator_committer.ts";
import type { CommitOrder } from "./coordinator_io.ts";
import type { RpcCaller } from "./messages.ts";
import { decodeFetchRequest, encodeFetchReply } from "./messages_fetch_codec.ts";

const PLACE = { machineId: "m1", inputFolder: "/in", outputFolder: "/out" };

function orderOf(bytes: number, machineId = "m1", outputFile = "mr-part-3-1-w1"): CommitOrder {
  return {
    task: 3,
    attempt: 1,
    worker: { workerId: "w1", hostname: "h", port: 1, machineId, folder: "/w1" },
    result: { outputFile, bytes, records: 1, counters: {} },
  };
}

async function put(files: MemoryFiles, path: string, bytes: Uint8Array): Promise<void> {
  const writer = await files.create(path);
  await writer.write(bytes);
  await writer.close(true);
}

/** Serves the files below the folder of `w1` on another machine. */
function remote(files: MemoryFiles): RpcCaller {
  return {
    async call(_service, request) {
      const { path, offset, length } = decodeFetchRequest(request);
      const full = `/w1/${path}`;
      if (await files.size(full) === undefined) return encodeFetchReply(undefined);
      return encodeFetchReply(await files.read(full, offset, length));
    },
  };
}

const noWay = (): RpcCaller => ({ call: () => Promise.reject(new Error("no route")) });

Deno.test("FilesCommitter.commit() renames an output in the folder of the results", async () => {
  const files = new MemoryFiles();
  await put(files, "/out/mr-part-3-1-w1", Uint8Array.of(1, 2, 3));
  const committer = new FilesCommitter({ files, place: PLACE, connect: noWay });
  await committer.commit(orderOf(3));
  assert.deepEqual(await files.list("/out"), ["mr-out-3"]);
});

Deno.test("FilesCommitter.commit() fetches an output from another machine, in pieces", async () => {
  const [files, theirs] = [new MemoryFiles(), new MemoryFiles()];
  const bytes = new Uint8Array(2_500_000).map((_, i) => i);
  await put(theirs, "/w1/mr-part-3-1-w1", bytes);
  const committer = new FilesCommitter({ files, place: PLACE, connect: () => remote(theirs) });
  await committer.commit(orderOf(bytes.length, "m2"));
  assert.deepEqual(await files.read("/out/mr-out-3", 0, 3_000_000), bytes);
  assert.deepEqual(await files.list("/out"), ["mr-out-3"]);
  files.crash();
  assert.equal(await files.size("/out/mr-out-3"), bytes.length, "it is durable");
});

Deno.test("FilesCommitter.commit() rejects an output that is gone, or not what was reported", async () => {
  const [files, theirs] = [new MemoryFiles(), new MemoryFiles()];
  const committer = new FilesCommitter({ files, place: PLACE, connect: () => remote(theirs) });
  for (const machineId of ["m1", "m2"]) {
    await assert.rejects(committer.commit(orderOf(3, machineId)), OutputLostError);
    await put(files, "/out/mr-part-3-1-w1", Uint8Array.of(1));
    await put(theirs, "/w1/mr-part-3-1-w1", Uint8Array.of(1));
    await assert.rejects(committer.commit(orderOf(3, machineId)), OutputLostError);
  }
  assert.equal(await files.size("/out/mr-out-3"), undefined);
});

Deno.test("FilesCommitter.commit() rejects an output whose worker does not answer", async () => {
  const committer = new FilesCommitter({ files: new MemoryFiles(), place: PLACE, connect: noWay });
  await assert.rejects(
    committer.commit(orderOf(3, "m2")),
    (error) => error instanceof OutputLostError && /no route/.test(error.message),
  );
});

Deno.test("FilesCommitter.commit() takes no name that leads anywhere else", async () => {
  const files = new MemoryFiles();
  await put(files, "/secret", Uint8Array.of(1));
  await put(files, "/out/mr-out-1", Uint8Array.of(1));
  const committer = new FilesCommitter({ files, place: PLACE, connect: noWay });
  for (const name of ["../secret", "mr-part-/../../secret", "mr-out-1", ""]) {
    await assert.rejects(committer.commit(orderOf(1, "m1", name)), OutputLostError);
  }
});

Deno.test("FilesCommitter.commit() tells a full disk from a lost output", async () => {
  const [files, theirs] = [new MemoryFiles({ capacity: 2 }), new MemoryFiles()];
  await put(theirs, "/w1/mr-part-3-1-w1", Uint8Array.of(1, 2, 3));
  const committer = new FilesCommitter({ files, place: PLACE, connect: () => remote(theirs) });
  await assert.rejects(
    committer.commit(orderOf(3, "m2")),
    (error) => !(error instanceof OutputLostError) && /no space is left/.test(String(error)),
  );
});

Deno.test("FilesCommitter.finish() marks the output, and removes what attempts have left", async () => {
  const files = new MemoryFiles();
  await put(files, "/out/mr-out-0", Uint8Array.of(1));
  await put(files, "/out/mr-part-0-2-w9", Uint8Array.of(1));
  await put(files, "/out/other", Uint8Array.of(1));
  await new FilesCommitter({ files, place: PLACE, connect: noWay }).finish();
  assert.deepEqual(await files.list("/out"), ["_SUCCESS", "mr-out-0", "other"]);
});
