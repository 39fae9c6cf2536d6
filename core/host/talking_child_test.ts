import assert from "node:assert/strict";
import { TalkingChild } from "./talking_child.ts";

Deno.test("what a child says is heard line by line before its end is", async () => {
  const said: string[] = [];
  const child = new TalkingChild(
    { command: "sh", args: ["-c", "echo one; echo two >&2; printf three; exit 3"] },
    (stream, line) => said.push(`${stream} ${line}`),
  );
  assert.deepEqual(await child.ended, { pid: child.pid, code: 3, signal: undefined });
  assert.deepEqual(said.sort(), ["stderr two", "stdout one", "stdout three"]);
  child.kill("SIGTERM");
});

Deno.test("a talking child can be ended, and has an open input until then", async () => {
  const child = new TalkingChild({ command: "cat", args: [] }, () => {});
  child.kill("SIGTERM");
  assert.equal((await child.ended).signal, "SIGTERM");
});

Deno.test("a talking child is in a process group of its own", async () => {
  let group = "";
  const child = new TalkingChild(
    { command: "sh", args: ["-c", "cut -d' ' -f5 /proc/$$/stat"] },
    (_, line) => group = line,
  );
  await child.ended;
  assert.equal(group, `${child.pid}`);
});
