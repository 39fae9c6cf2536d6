/** The labs' right results for the labs' texts, which lie outside the repository (lab 1, §12). */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { MapReduceApp } from "../../core/mapreduce/app.ts";
import { indexer } from "../../core/mapreduce/apps/indexer.ts";
import { nocrash } from "../../core/mapreduce/apps/lab_crash.ts";
import { earlyExit } from "../../core/mapreduce/apps/lab_timing.ts";
import { wc } from "../../core/mapreduce/apps/wc.ts";
import { runSequentially } from "../../core/mapreduce/oracle.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { MemoryFiles } from "../../core/sim/files.ts";
import { latin1, runTasks, sortedLines } from "./run_tasks.ts";

const FOLDER = Deno.env.get("DIST824_TEXTS") ??
  new URL("../../../shared/texts", import.meta.url).pathname;

/** The early exit application without its three seconds. */
const earlyExitAtOnce = earlyExit({
  pid: 1,
  isAlive: () => true,
  folder: new MemoryFiles(),
  epochSeconds: () => 0,
  sleep: () => Promise.resolve(),
  exit: () => Promise.reject(new Error("exit")),
  random: new SeededRandom(1n),
});

const EXPECTED: readonly (readonly [string, MapReduceApp, number, number, string])[] = [
  ["wc", wc, 22_107, 228_830, "08d25f8329d8b7054a8330033736775249ffd98ca861f12e24e0cda079322c19"],
  [
    "indexer",
    indexer,
    22_107,
    1_426_989,
    "f038ad1d663919a5a86dc537f704236792f101c19e03999479cd00fdac560eb5",
  ],
  ["nocrash", nocrash, 4, 318, "c3a7a1747c70eb7a4de09289a2b6daf52855e23888ee54806f0dc1de9c9ba578"],
  [
    "early_exit",
    earlyExitAtOnce,
    8,
    198,
    "e2830387e3851a02659713ea11adcd06117551ef43e22c193e24013d8348847e",
  ],
];

const books = await readBooks();

async function readBooks(): Promise<Record<string, Uint8Array> | undefined> {
  const found: Record<string, Uint8Array> = {};
  try {
    for await (const { name } of Deno.readDir(FOLDER)) {
      if (!/^pg-.*\.txt$/.test(name)) continue;
      found[`../${name}`] = await Deno.readFile(`${FOLDER}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return Object.keys(found).length === 8 ? found : undefined;
}

function hashOf(lines: readonly string[]): string {
  return createHash("sha256").update(lines.map((line) => `${line}\n`).join(""), "latin1").digest(
    "hex",
  );
}

function booksTest(name: string, body: (texts: Record<string, Uint8Array>) => Promise<void>): void {
  const ignore = books === undefined;
  const note = ignore
    ? ` (the eight books are not in ${FOLDER}; DIST824_TEXTS names their folder)`
    : "";
  Deno.test({ name: `books: ${name}${note}`, ignore, fn: () => body(books!) });
}

for (const [name, app, lines, bytes, hash] of EXPECTED) {
  booksTest(
    `${name} has the expected result, from the oracle and from the tasks`,
    async (texts) => {
      const inputs = Object.entries(texts).map(([file, contents]) => ({ file, contents }));
      const expected = (await runSequentially(app, inputs)).map(latin1).sort();
      assert.equal(expected.length, lines);
      assert.equal(expected.reduce((sum, line) => sum + line.length + 1, 0), bytes);
      assert.equal(hashOf(expected), hash);
      for (const splitBytes of [100_000, 1 << 25]) {
        const { outputs } = await runTasks(app, texts, { nReduce: 10, splitBytes });
        assert.equal(hashOf(sortedLines(outputs)), hash);
      }
    },
  );
}

booksTest("the words of wc fall into the partitions of the labs", async (texts) => {
  const { outputs } = await runTasks(wc, texts, { nReduce: 10 });
  assert.deepEqual(
    outputs.map((lines) => lines.length),
    [2190, 2177, 2173, 2215, 2233, 2209, 2248, 2194, 2251, 2217],
  );
});
