/** Chaos on real processes, in its short form. What it is for are the long ones: see docs/chaos.md. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { memoryEnv } from "../../cmd/memory_env.ts";
import { run } from "../../cmd/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";

async function inFolder(game: (out: string) => Promise<void>): Promise<void> {
  const folder = new TemporaryFolder("dist824-chaos-test-");
  try {
    await game(folder.file("out"));
  } finally {
    await folder.remove();
  }
}

Deno.test("chaos kv: a few rounds, and a history that can be checked again", () =>
  inFolder(async (out) => {
    const env = memoryEnv();
    const faults = ["--faults", "kill,torn-write"];
    const args = ["chaos", "kv", "--rounds", "2", "--seed", "7", ...faults, "--out", out];
    const code = await run([...args, "--clients", "4", "--json", "-"], env);
    const { verdict, violations, rounds, operations } = JSON.parse(env.out());
    assert.deepEqual({ code, verdict, violations }, { code: 0, verdict: "ok", violations: [] });
    assert.equal(rounds.length, 2);
    assert.ok(operations.returned > 10, `${operations.returned}`);
    const names = [...Deno.readDirSync(out)].map(({ name }) => name).sort();
    const logs = [1, 2, 3].map((i) => `server-${i}.log`);
    assert.deepEqual(names.filter((name) => !name.endsWith(".troubles")), [
      "history.jsonl",
      ...logs,
      "summary.json",
    ]);
    const again = memoryEnv();
    assert.equal(await run(["history", "check", join(out, "history.jsonl")], again), 0);
  }));

Deno.test("chaos kv: interrupted, it says what it knows, and leaves no process behind", () =>
  inFolder(async (out) => {
    const stop = new AbortController();
    const env = { ...memoryEnv(), interrupted: stop.signal };
    const started = run(["chaos", "kv", "--seed", "1", "--faults", "freeze", "--out", out], env);
    const log = join(out, "server-1.log");
    while (!(await Deno.readTextFile(log).catch(() => "")).includes("started as")) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const pid = Number(/as process (\d+)/.exec(Deno.readTextFileSync(log))![1]);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    stop.abort();
    assert.equal(await started, 130);
    const summary = JSON.parse(Deno.readTextFileSync(join(out, "summary.json")));
    assert.equal(summary.verdict, "interrupted");
    assert.throws(() => Deno.kill(pid, "SIGCONT"), Deno.errors.NotFound);
  }));

Deno.test("chaos mr: a job whose processes are killed has the right result", () =>
  inFolder(async (out) => {
    const env = memoryEnv();
    const size = ["--bytes", "256K", "--workers", "2"];
    const args = ["chaos", "mr", "--rounds", "3", "--seed", "5", ...size, "--out", out];
    const code = await run([...args, "--json", "-"], env);
    const { verdict, violations, jobs } = JSON.parse(env.out());
    assert.deepEqual({ code, verdict, violations }, { code: 0, verdict: "ok", violations: [] });
    assert.ok(jobs.length > 0);
  }));
