import assert from "node:assert/strict";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { memoryEnv } from "../memory_env.ts";
import { run } from "../mod.ts";

Deno.test("bench sim measures the simulator and the labs", async () => {
  const env = memoryEnv();
  assert.equal(
    await run(["bench", "sim", "--runs", "1", "--lab", "2A", "2B", "--json", "-"], env),
    0,
  );
  const figures = JSON.parse(env.out());
  assert.equal(figures.bench, "sim");
  assert.ok(figures.schedulerEventsPerSecond > 0);
  assert.ok(figures.raftEventsPerSecond > 0);
  const labs = figures.labs as { lab: string; wallSeconds: number; referenceSeconds?: number }[];
  assert.deepEqual(labs.map(({ lab }) => lab), ["2A", "2B"]);
  assert.ok(labs.every(({ wallSeconds }) => wallSeconds > 0));
  assert.equal(labs[0]!.referenceSeconds?.toFixed(3), "13.899");
});

Deno.test("bench refuses what it cannot measure", async () => {
  for (const args of [["sym"], ["sim", "--runs", "0"], ["sim", "--json", "/none/x"]]) {
    const env = memoryEnv();
    assert.equal(await run(["bench", ...args], env), 2, args.join(" "));
    assert.match(env.err(), /^dist824 bench( sim)?: [^\n]+\n$/);
    assert.equal(env.out(), "");
  }
});

Deno.test("bench that is interrupted exits with 130", async () => {
  const env = memoryEnv();
  const running = run(["bench", "sim", "--runs", "100000"], env);
  env.interrupt();
  assert.equal(await running, 130);
});

Deno.test("bench raft starts a cluster, measures it, and leaves nothing behind", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const env = memoryEnv();
  const words = ["--replicas", "1", "--proposers", "4", "--seconds", "0.2", "--json", "-"];
  assert.equal(await run(["bench", "raft", ...words, "--folder", folder.path], env), 0, env.err());
  const { rows, fdatasync, loopback } = JSON.parse(env.out());
  assert.deepEqual([rows.length, rows[0].replicas, rows[0].proposers], [1, 1, 4]);
  for (const figures of [rows[0].figures, fdatasync, loopback]) assert.ok(figures.perSecond > 0);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await folder.remove();
});

Deno.test("bench mr counts words, and leaves nothing behind", async () => {
  const folder = new TemporaryFolder("dist824-test-");
  const env = memoryEnv();
  const words = ["--size", "100K", "--workers", "1", "2", "--rounds", "1", "--json", "-"];
  assert.equal(await run(["bench", "mr", ...words, "--folder", folder.path], env), 0, env.err());
  const { rows, bytes } = JSON.parse(env.out());
  assert.equal(bytes, 102_400);
  const counts = rows.map((row: { workers?: number }) => row.workers);
  assert.deepEqual(counts.slice(0, 2), [1, 2]);
  for (const { megabytesPerSecond } of rows) assert.ok(megabytesPerSecond > 0);
  assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  await folder.remove();
});

Deno.test("bench kv measures a cluster of its own", async () => {
  const env = memoryEnv();
  const words = ["--replicas", "1", "--keys", "100", "--clients", "2", "--pipeline", "3"];
  assert.equal(
    await run(["bench", "kv", ...words, "--seconds", "0.2", "--json", "-"], env),
    0,
    env.err(),
  );
  const { rows } = JSON.parse(env.out());
  assert.deepEqual(
    rows.map((row: { operation: string; clients: number }) => [row.operation, row.clients]),
    [["SET", 2], ["GET", 2]],
  );
});
