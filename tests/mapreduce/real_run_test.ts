/** Whole jobs in one command: what the user sees, and what is left when it ends in any way. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { isProcessAlive } from "../../core/host/this_process.ts";
import type { LabProcess } from "../labs/lab1/child.ts";
import { Playground, until } from "./_playground.ts";

/** Starts the slow application with one worker, and waits until it maps. */
async function startSlowRun(
  ground: Playground,
  ...args: string[]
): Promise<{ run: LabProcess; worker: number }> {
  await ground.writeTexts(3, 20_000);
  await ground.writeSlowApp();
  await ground.write("hold-map", "");
  const run = ground.start("mr-run", "./app.ts", "in", "--out", "out", "--workers", "1", ...args);
  return { run, worker: await nextWorker(ground) };
}

/** Waits until a worker maps, other than `before`; the result is its process id. */
async function nextWorker(ground: Playground, before = 0): Promise<number> {
  let pid = 0;
  const find = () => {
    const names = [...Deno.readDirSync(ground.folder)].map(({ name }) => name);
    const pids = names.filter((name) => name.startsWith("begun-map-")).map((name) =>
      Number(name.slice("begun-map-".length))
    );
    pid = pids.find((each) => each !== before) ?? 0;
    return pid > 0;
  };
  await until(find, "a worker maps");
  return pid;
}

Deno.test("real: a worker of mr-run that is killed is replaced at once", () =>
  Playground.play(async (ground) => {
    const { run, worker } = await startSlowRun(ground, "--task-timeout", "60");
    Deno.kill(worker, "SIGKILL");
    await nextWorker(ground, worker);
    await ground.remove("hold-map");
    await run.good();
    await ground.checkWords();
  }));

Deno.test("real: a worker of mr-run that hangs in an endless loop is replaced", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(3, 20_000);
    await ground.write(
      "app.ts",
      `export const wholeFiles = true;
      export function map(_file: string, contents: string) {
        try {
          Deno.writeTextFileSync("hung", "", { createNew: true });
          for (;;);
        } catch {
          return (contents.match(/\\p{L}+/gu) ?? []).map((key) => ({ key, value: "1" }));
        }
      }
      export const reduce = (_key: string, values: Iterable<string>) => String([...values].length);`,
    );
    const words = ["mr-run", "./app.ts", "in", "--out", "out", "--workers", "1"];
    await ground.start(...words, "--task-timeout", "0.5").good();
    await ground.checkWords();
  }));

Deno.test("real: mr-run that is interrupted leaves nothing behind, and can be run again", () =>
  Playground.play(async (ground) => {
    const { run, worker } = await startSlowRun(ground);
    run.kill("SIGINT");
    await run.ended;
    assert.equal(run.code, 130);
    assert.equal(isProcessAlive(worker), false);
    await ground.checkTemp();
    assert.deepEqual(await readdir(ground.path("out")), []);
    await ground.remove("hold-map");
    await ground.start("mr-run", "./app.ts", "in", "--out", "out").good();
    await ground.checkWords();
  }));

Deno.test("real: workers of an mr-run that is killed end by themselves, and clear up", () =>
  Playground.play(async (ground) => {
    const { run, worker } = await startSlowRun(ground);
    run.kill("SIGKILL");
    await run.ended;
    // It is nobody's child any more: a test cannot wait for its end.
    await until(() => !existsSync(`/proc/${worker}/exe`), "the worker ends");
    await sleep(50);
    await ground.checkTemp();
  }));

Deno.test("real: results are not overwritten, unless --force says so", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(1, 1000);
    await ground.start("mr-run", "wc", "in", "--out", "out").good();
    const again = ground.start("mr-run", "wc", "in", "--out", "out");
    await again.ended;
    assert.equal(again.code, 1);
    assert.match(again.said, /out holds results already: .* --out.* --force$/);
    await ground.start("mr-run", "wc", "in", "--out", "out", "--force", "--reduce", "3").good();
    await ground.checkWords(3);
  }));

Deno.test("real: what cannot be begun is told in one line", () =>
  Playground.play(async (ground) => {
    await ground.write("in/a", "a");
    await ground.write("no_map.ts", "export const reduce = () => '';\n");
    await ground.write("broken.ts", "export const map = (;\n");
    await Promise.all([
      [["wc"], 2, /missing argument 'input'/],
      [["wcc", "in"], 2, /unknown application 'wcc': .*\(did you mean wc\?\)/],
      [["grep"], 2, /the application grep wants PATTERN: a regular expression/],
      [["grep", "(", "in"], 2, /pattern of grep cannot be used/],
      [["./none.ts", "in"], 2, /cannot load \.\/none\.ts: there is no such file/],
      [["./no_map.ts", "in"], 2, /no_map\.ts exports no map/],
      [["./broken.ts", "in"], 2, /cannot load \.\/broken\.ts: SyntaxError: .*broken\.ts:1:\d+/],
      [["wc", "in", "none", "other"], 1, /there is no input file none, and 1 more such problem/],
      [["wc", "in", "--out", "in/a"], 1, /in\/a/],
      [["wc", "in", "--reduce", "0"], 2, /Expected an integer from 1/],
      [["wc", "in", "--admin", "0.0.0.0:1"], 2, /can be reached by other machines.*--insecure/],
    ].map(async ([args, code, message]) => {
      const run = ground.start("mr-run", ...args as string[]);
      await run.ended;
      assert.match(run.said, message as RegExp);
      assert.equal(run.code, code, run.said);
      assert.ok(!run.said.includes("\n"), run.said);
    }));
    await ground.checkTemp();
  }));

Deno.test("real: a job that fails names the cause, and where the messages are", () =>
  Playground.play(async (ground) => {
    await ground.writeTexts(1, 1000);
    await ground.write(
      "app.ts",
      `export function map(_file: string, contents: string): never {
        console.error("before the end");
        throw new RangeError(\`too long: \${contents.length}\`);
      }
      export const reduce = () => "";`,
    );
    const run = ground.start("mr-run", "./app.ts", "in", "--out", "out", "--attempts", "2");
    await run.ended;
    assert.equal(run.code, 1);
    const found =
      /^dist824 mr-run: the job has failed: Map task 0 .* failed 2 times.*RangeError: too long: \d+; its messages are in (\S+.*\.log)$/
        .exec(run.said);
    assert.notEqual(found, null, run.said);
    const log = await readFile(found![1]!, "utf8");
    assert.match(log, /before the end/);
    assert.match(log, /RangeError: too long: \d+\n +at .*app\.ts/);
    assert.deepEqual(await readdir(ground.path("out")), []);
  }));

Deno.test("real: records on which an application fails are left out, and reported", () =>
  Playground.play(async (ground) => {
    await ground.write("in/a", "good\nbad \u{1f600}\ngood\nDIE\nbetter\n");
    await ground.write(
      "app.ts",
      `export function map(_file: string, contents: string) {
        if (contents.includes("bad")) throw new Error("bad record");
        if (contents.includes("DIE")) Deno.kill(Deno.pid, "SIGKILL");
        return contents.trim().split("\\n").map((key) => ({ key, value: "1" }));
      }
      export const reduce = (_key: string, values: Iterable<string>) => String([...values].length);`,
    );
    const run = ground.start(
      ...["mr-run", "./app.ts", "in", "--out", "out", "--skip-bad-records", "--workers", "2"],
    );
    await run.good();
    assert.deepEqual(await ground.lines(), ["better 1", "good 2"]);
    assert.match(run.said, /2 records were left out: they are in out\/_SKIPPED/);
    const report = await readFile(ground.path("out/_SKIPPED"), "utf8");
    assert.deepEqual(report.trim().split("\n").map((line) => JSON.parse(line)), [
      { file: "in/a", start: 5, end: 14, record: "bad \u{1f600}" },
      { file: "in/a", start: 19, end: 23, record: "DIE" },
    ]);
  }));
