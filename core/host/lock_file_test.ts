import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { LockFile } from "./lock_file.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

Deno.test("a lock is had once, and again after it was given back", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const path = folder.file("lock");
  const first = LockFile.take(path);
  assert.notEqual(first, undefined);
  assert.equal(LockFile.take(path), undefined);
  first!.release();
  assert.equal(existsSync(path), false);
  const second = LockFile.take(path);
  assert.notEqual(second, undefined);
  await folder.remove();
  second!.release();
});

Deno.test("a lock cannot be had in a folder that is not there", () => {
  assert.throws(() => LockFile.take("/nowhere/at/all"), Deno.errors.NotFound);
});
