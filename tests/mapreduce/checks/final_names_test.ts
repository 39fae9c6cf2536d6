import assert from "node:assert/strict";
import { instant } from "../../../core/base/units.ts";
import { MemoryFiles } from "../../../core/sim/files.ts";
import { FinalNames } from "./final_names.ts";
import { WatchedMaster } from "./_watched_master.ts";

/** What is said of files that are created and renamed while the first attempt of the reduce task is to be committed. */
async function brokenBy(
  use: (files: MemoryFiles) => Promise<unknown>,
  { isOrdered = true, alive = true } = {},
): Promise<string | undefined> {
  let broken: string | undefined;
  const clock = { now: () => instant(2000) };
  const names = new FinalNames("/out", clock, ({ message }) => broken = message);
  const master = new WatchedMaster(undefined, [names]);
  master.join("w1");
  master.ask("w1");
  master.mapDone("w1", 1);
  master.ask("w1");
  if (isOrdered) master.reduceDone("w1", 1);
  const files = new MemoryFiles();
  await (await files.create("/out/mr-part-0-1-w1")).close(true);
  const watched = names.watch(files, () => ({ name: "w1", alive }));
  await use(watched as MemoryFiles);
  return broken;
}

Deno.test("OutputIsRenamed: the output that counts may get its name, and other files any", async () => {
  assert.equal(
    await brokenBy(async (files) => {
      await files.rename("/out/mr-part-0-1-w1", "/out/mr-out-0");
      await files.create("/tmp/mr-out-0");
      await files.create("/out/mr-part-0-2-w1");
    }),
    undefined,
  );
});

Deno.test("OutputIsRenamed: nobody begins to write under a final name", async () => {
  const create = (files: MemoryFiles) => files.create("/out/mr-out-0");
  assert.equal(
    await brokenBy(create),
    "OutputIsRenamed: w1 begins to write /out/mr-out-0, and what attempt 1 has made is to get " +
      "that name by a rename, when it is complete\nat 2 s",
  );
  assert.equal(
    await brokenBy(create, { isOrdered: false }),
    "OutputIsRenamed: w1 begins to write /out/mr-out-0, and no attempt has finished it: " +
      "reduce task 0 is in progress: attempt 1 on w1 is running\nat 2 s",
  );
  assert.equal(await brokenBy(create, { alive: false }), undefined);
});

Deno.test("OutputIsRenamed: what does not count gets no name", async () => {
  const rename = (files: MemoryFiles) => files.rename("/out/mr-part-0-1-w1", "/out/mr-out-0");
  assert.equal(
    await brokenBy(rename, { isOrdered: false }),
    "OutputIsRenamed: w1 renames /out/mr-part-0-1-w1 to /out/mr-out-0, and of reduce task 0 " +
      "no attempt counts yet\nat 2 s",
  );
  assert.match(
    await brokenBy(async (files) => {
      await (await files.create("/out/mr-part-0-2-w2")).close(true);
      await files.rename("/out/mr-part-0-2-w2", "/out/mr-out-0");
    }) ?? "",
    /^OutputIsRenamed: w1 renames .*-2-w2 to .*, and of reduce task 0 attempt 1 counts, whose/,
  );
});
