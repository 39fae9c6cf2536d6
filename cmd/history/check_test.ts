import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";

const FIXTURES = join(import.meta.dirname!, "../../fixtures/histories");

async function pageOf(fixture: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "dist824-history-"));
  try {
    const html = join(folder, "page.html");
    const env = memoryEnv();
    await run(["history", "check", join(FIXTURES, fixture), "--html", html], env);
    assert.equal(env.err(), "");
    return await readFile(html, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

Deno.test("history check --html draws the operations of a bad key, and loads nothing", async () => {
  const page = await pageOf("stale_read.jsonl");
  assert.equal(page.match(/<rect class="bar"/g)?.length, 4);
  assert.equal(page.match(/<g class="misfit">/g)?.length, 1);
  assert.equal(page.match(/class="number"/g)?.length, 3);
  assert.match(page, /client 1 had changed that by 4.5/);
  assert.match(page, /default-src 'none'/);
  assert.doesNotMatch(page, /<script|<link|src=|url\(|@import/);
});

Deno.test("history check --html shows hostile texts as texts", async () => {
  const page = await pageOf("hostile.jsonl");
  assert.ok(page.includes("&lt;script&gt;alert(1)&lt;/script&gt;"));
  assert.ok(page.includes("\\u202e"));
  assert.doesNotMatch(page, /<script|<img|<[^>]* onload|\u202e/);
  assert.ok([...page].every((each) => each === "\n" || (each >= " " && each !== "\u009b")));
});

Deno.test("history check --html of a good history says that it is good", async () => {
  const page = await pageOf("good.jsonl");
  assert.match(page, /<span class="ok">ok<\/span>/);
  assert.doesNotMatch(page, /<svg/);
});

Deno.test("history check reads standard input, with or without a last line end", async () => {
  const text = await readFile(join(FIXTURES, "good.jsonl"), "utf8");
  for (const stdin of [text, text.trimEnd(), text.replaceAll("\n", "\r\n")]) {
    const env = memoryEnv({ stdin });
    assert.equal(await run(["history", "check", "-"], env), 0);
    assert.match(env.out(), /^ok: linearizable: 2 keys \(9 operations/m);
  }
});

Deno.test("history check names every line that is none, and checks nothing then", async () => {
  const env = memoryEnv({ stdin: `{"op":"get"}\n${"x\n".repeat(100)}` });
  assert.equal(await run(["history", "check", "-"], env), 2);
  assert.equal(env.out(), "");
  assert.equal(env.err().split("\n").length, 22);
  assert.match(env.err(), /101 of 101 lines are no operations: nothing was checked\n$/);
});

Deno.test("history check of nothing is ok", async () => {
  const env = memoryEnv();
  assert.equal(await run(["history", "check", "-"], env), 0);
  assert.match(env.out(), /^ok: linearizable: 0 keys/);
});

Deno.test("history check refuses a page that cannot be written, before it reads", async () => {
  const env = memoryEnv();
  assert.equal(await run(["history", "check", "-", "--html", "/none/x.html"], env), 2);
  assert.match(env.err(), /--html/);
});
