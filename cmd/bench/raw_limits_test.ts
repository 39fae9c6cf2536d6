import assert from "node:assert/strict";
import { measureRawLimits } from "./raw_limits.ts";

Deno.test("the machine's limits are measured, and nothing is left behind", async () => {
  const folder = await Deno.makeTempDir();
  const { fdatasync, loopback } = await measureRawLimits({
    folder,
    warmUpMs: 0,
    measureMs: 50,
    now: () => performance.now(),
    interrupted: new AbortController().signal,
  });
  assert.ok(fdatasync.operations > 0);
  assert.ok(loopback.operations > 0);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder);
});
