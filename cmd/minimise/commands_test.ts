import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";
import { parseTrace } from "../trace/trace_file.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dist824-minimise-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const VOTES_TWICE = ["--lab", "2A", "--bug", "votes-twice", "--test", "TestManyElections2A"];

Deno.test("minimise, replay: a planted mistake becomes a small plan that fails in the same way, and can be looked at", async () => {
  await inFolder(async (folder) => {
    const [plan, json] = [join(folder, "small.plan.json"), join(folder, "small.json")];
    const args = [...VOTES_TWICE, "--seed", "1", "-o", plan, "--json", json];
    const minimising = memoryEnv();
    assert.equal(await run(["minimise", ...args], minimising), 0);
    assert.match(minimising.out(), /^TestManyElections2A, seed 1\nrule: OneVotePerTerm\n/);
    assert.match(minimising.out(), /nothing more can be left out/);
    assert.match(minimising.out(), /to repeat it: \.\/dist824 replay .*small\.plan\.json\n$/);
    assert.equal(minimising.err(), "");
    const { before, after, rule } = JSON.parse(await readFile(json, "utf8"));
    assert.equal(rule, "OneVotePerTerm");
    assert.ok(after.events < before.events / 4);

    const traces = join(folder, "traces");
    const replaying = memoryEnv();
    assert.equal(await run(["replay", plan, "--trace", traces], replaying), 1);
    assert.match(replaying.out(), /The rule OneVotePerTerm is broken\.\ntrace: /);
    const { header, events } = parseTrace(await readFile(join(traces, "small.jsonl"), "utf8"));
    assert.equal(header.plan, plan);
    assert.match(header.reason ?? "", /^OneVotePerTerm: /);
    assert.ok(events.length > 0);

    const right = memoryEnv();
    assert.equal(await run(["replay", plan, "--without-bug"], right), 0);
    assert.match(right.out(), /It passes: OneVotePerTerm is not broken\.\n$/);
  });
});

Deno.test("replay says so when a plan is damaged, of another version, for a test there is not, or goes another way", async () => {
  await inFolder(async (folder) => {
    const plan = join(folder, "small.json");
    const args = [...VOTES_TWICE, "--seed", "1", "--budget", "2", "-o", plan];
    assert.equal(await run(["minimise", ...args], memoryEnv()), 0);
    const text = await readFile(plan, "utf8");
    for (
      const [damaged, message] of [
        [text.slice(1), /small\.json: this is no plan: it is no JSON object\n$/],
        [text.replace('"dist824Plan": 1', '"dist824Plan": 9'), /the plan is of version 9/],
        [text.replace("TestMany", "TestFew"), /there is no such simulated test\n$/],
        [text.replace('"lab": "2A"', '"lab": "1"'), /there is no such simulated test\n$/],
        [text.replace("votes-twice", "votes-thrice"), /there is no such mistake\n$/],
      ] as const
    ) {
      await writeFile(plan, damaged);
      const env = memoryEnv();
      assert.equal(await run(["replay", plan], env), 1);
      assert.match(env.err(), message);
      assert.equal(env.out(), "");
    }
    await writeFile(plan, text.replace(/"hash": "\w+"/, '"hash": "0"'));
    const env = memoryEnv();
    assert.equal(await run(["replay", plan], env), 1);
    assert.match(env.out(), /It goes another way than when the plan was made/);
  });
});

Deno.test("minimise: on a terminal, a line shows how far it is; an interruption keeps what was found", async () => {
  await inFolder(async (folder) => {
    const plan = join(folder, "small.json");
    const env = memoryEnv({ terminal: true });
    setTimeout(() => env.interrupt());
    const args = ["--lab", "3A", "--bug", "executes-duplicates", "--test", "TestUnreliable3A"];
    const code = await run(["minimise", ...args, "--seed", "1", "-o", plan], env);
    assert.equal(code, 130);
    assert.match(env.out(), /the search was not over/);
    assert.equal(await run(["replay", plan], memoryEnv()), 1);
  });
});
