import assert from "node:assert/strict";
import { LoggedChild } from "./logged_child.ts";
import { TemporaryFolder } from "./temporary_folder.ts";

function shell(script: string, log: string): LoggedChild {
  return new LoggedChild({ command: "sh", args: ["-c", script] }, log);
}

Deno.test("what a child says is in its log when it has ended", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const log = folder.file("log");
  const first = shell("echo one; exit 3", log);
  assert.deepEqual(await first.ended, { pid: first.pid, code: 3, signal: undefined });
  await shell("echo two >&2", log).ended;
  assert.equal(Deno.readTextFileSync(log), "one\ntwo\n");
  first.kill("SIGKILL");
  await folder.remove();
});

Deno.test("a child can be ended, and one without a log runs all the same", async () => {
  const child = shell("echo one; exec cat", "/nowhere/at/all");
  child.kill("SIGTERM");
  assert.equal((await child.ended).signal, "SIGTERM");
});
