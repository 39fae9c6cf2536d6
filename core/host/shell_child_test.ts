import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { ShellChild } from "./shell_child.ts";

const encoder = new TextEncoder();

async function read(stream: AsyncIterable<Uint8Array>): Promise<string> {
  return await text(stream as ReadableStream<Uint8Array>);
}

Deno.test("a command reads, writes, complains and ends", async () => {
  const child = new ShellChild('tr a-z A-Z | sed "s/$/ $WHO/"; echo hm >&2; exit 3', {
    WHO: "you",
  });
  const [output, errors] = [read(child.output), read(child.errors)];
  assert.equal(await child.write(encoder.encode("one\n")), true);
  await child.closeInput();
  assert.equal(await output, "ONE you\n");
  assert.equal(await errors, "hm\n");
  assert.deepEqual(await child.ended, { status: 3, signal: undefined });
  child.kill();
  await child.closeInput();
});

Deno.test("a command may stop to read", async () => {
  const child = new ShellChild("head -c 1");
  const [output, errors] = [read(child.output), read(child.errors)];
  const piece = new Uint8Array(1 << 20).fill(120);
  let isReading = true;
  for (let i = 0; i < 100 && isReading; i++) isReading = await child.write(piece);
  assert.equal(isReading, false);
  await child.closeInput();
  assert.equal(await output, "x");
  assert.equal(await errors, "");
  assert.equal((await child.ended).status, 0);
});

Deno.test("a command is ended with all that it has started", async () => {
  const child = new ShellChild("sleep 100 & echo begun; sleep 100");
  const errors = read(child.errors);
  // The output ends when nobody is left who could write to it.
  for await (const _ of child.output) child.kill();
  await errors;
  assert.equal((await child.ended).signal, "SIGKILL");
});
