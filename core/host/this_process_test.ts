import assert from "node:assert/strict";
import { epochSeconds, hostName, isProcessAlive, processId } from "./this_process.ts";

Deno.test("a process lives until it has ended", async () => {
  assert.equal(isProcessAlive(processId()), true);
  const child = new Deno.Command("cat", { stdin: "piped" }).spawn();
  assert.equal(isProcessAlive(child.pid), true);
  await child.stdin.close();
  await child.status;
  assert.equal(isProcessAlive(child.pid), false);
});

Deno.test("the surroundings of this process have names and a time", () => {
  assert.notEqual(hostName(), "");
  assert.ok(epochSeconds() > 1.7e9 && epochSeconds() < 1e11);
});

Deno.test("a process that dies at once cleans nothing up", async () => {
  const source = new URL("./this_process.ts", import.meta.url).href;
  const code = `
    import { dieAtOnce } from ${JSON.stringify(source)};
    addEventListener("unload", () => console.log("cleaned up"));
    await dieAtOnce();`;
  const { signal, stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] })
    .output();
  assert.equal(signal, "SIGKILL");
  assert.equal(stdout.length, 0);
});
