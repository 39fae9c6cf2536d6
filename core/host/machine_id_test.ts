import assert from "node:assert/strict";
import { machineId } from "./machine_id.ts";

Deno.test("machineId() is the same for all who share a folder, and another elsewhere", async () => {
  const [a, b] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  const first = machineId(a);
  assert.equal(machineId(a), first);
  assert.notEqual(machineId(b), first);
  assert.deepEqual([...Deno.readDirSync(a)].map(({ name }) => name), [
    `dist824-machine-${Deno.uid()}`,
  ]);
  await Promise.all([a, b].map((folder) => Deno.remove(folder, { recursive: true })));
});

Deno.test("machineId() of a folder that cannot be written to is shared with nobody", () => {
  assert.notEqual(machineId("/nowhere/at/all"), machineId("/nowhere/at/all"));
});
