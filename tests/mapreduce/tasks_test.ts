/** The tasks of a job against the sequential oracle, over everything that input can be. */

import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import type { ByteApp, MapReduceApp, TextApp } from "../../core/mapreduce/app.ts";
import { indexer } from "../../core/mapreduce/apps/indexer.ts";
import { grep } from "../../core/mapreduce/apps/grep.ts";
import { nocrash } from "../../core/mapreduce/apps/lab_crash.ts";
import { sort } from "../../core/mapreduce/apps/sort.ts";
import { wc } from "../../core/mapreduce/apps/wc.ts";
import { COUNTER } from "../../core/mapreduce/counters.ts";
import { TaskFailure } from "../../core/mapreduce/messages.ts";
import { runSequentially } from "../../core/mapreduce/oracle.ts";
import {
  encoder,
  type Inputs,
  latin1,
  type RunOptions,
  runTasks,
  sortedLines,
} from "./run_tasks.ts";

/** The oracle's lines as the tasks' outputs are shown: one character for each byte. */
async function oracleLines(app: MapReduceApp, inputs: Inputs): Promise<string[]> {
  const files = Object.entries(inputs).map(([file, contents]) => ({
    file,
    contents: typeof contents === "string" ? encoder.encode(contents) : contents,
  }));
  const lines = await runSequentially(app, files);
  return lines.map(latin1).sort();
}

async function sameAsOracle(
  app: MapReduceApp,
  inputs: Inputs,
  options?: RunOptions,
): Promise<void> {
  const { outputs } = await runTasks(app, inputs, options);
  for (const lines of outputs) {
    if (app !== sort) assert.deepEqual(keysOf(lines), keysOf(lines).sort());
  }
  assert.deepEqual(sortedLines(outputs), await oracleLines(app, inputs));
}

function keysOf(lines: readonly string[]): string[] {
  return lines.map((line) => line.slice(0, line.lastIndexOf(" ")));
}

/** Every line is a pair: its first byte is the key, the whole line the value. Output: the values joined. */
const byFirstByte: ByteApp = {
  bytes: true,
  map(_file, contents, emit) {
    for (let start = 0; start < contents.length;) {
      const end = contents.indexOf(10, start) < 0 ? contents.length : contents.indexOf(10, start);
      emit(contents.subarray(start, Math.min(start + 1, end)), contents.subarray(start, end));
      start = end + 1;
    }
  },
  reduce: (_key, values) =>
    Uint8Array.from([...values].flatMap((value, i) => i === 0 ? [...value] : [0x7c, ...value])),
};

function sum(_key: string, values: Iterable<string>): string {
  let total = 0;
  for (const value of values) total += Number(value);
  return String(total);
}

/** The same words as `wc`, over text, with and without a combiner. */
const textCount: TextApp = {
  map: (_file, contents) => {
    return [...contents.matchAll(/\p{L}+/gu)].map(([key]) => ({ key, value: "1" }));
  },
  reduce: sum,
};
const combinedTextCount: TextApp = { ...textCount, combine: sum };

const anyOptions = fc.record({
  nReduce: fc.integer({ min: 1, max: 7 }),
  splitBytes: fc.integer({ min: 1, max: 300 }),
  memoryBytes: fc.constantFrom(1, 100, 1000, 1 << 20),
  remote: fc.boolean(),
});
const anyContents = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b", "é", " ", "\n"), maxLength: 300 }),
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }),
);
const anyInputs = fc.dictionary(fc.constantFrom("a", "b", "c/d", "e.txt"), anyContents, {
  noNullPrototype: true,
});

for (
  const [name, app] of Object.entries({
    wc,
    indexer,
    sort,
    nocrash,
    byFirstByte,
    textCount,
    combinedTextCount,
  })
) {
  Deno.test(`tasks: ${name} gives what the oracle gives, whatever the input, splits and memory`, async () => {
    await fc.assert(
      fc.asyncProperty(
        anyInputs,
        anyOptions,
        (inputs, options) => sameAsOracle(app, inputs, options),
      ),
      { numRuns: 60 },
    );
  });
}

Deno.test("tasks: values of a key come in the order of the input", async () => {
  const lines = Array.from({ length: 500 }, (_, i) => `k${i}`);
  const { outputs } = await runTasks(byFirstByte, { a: lines.join("\n") }, {
    nReduce: 1,
    splitBytes: 300,
    memoryBytes: 2000,
  });
  assert.deepEqual(outputs, [[`k ${lines.join("|")}`]]);
});

Deno.test("tasks: no input, empty files and files without a line feed", async () => {
  await sameAsOracle(wc, {});
  await sameAsOracle(wc, { a: "", b: "", c: "one" });
  await sameAsOracle(nocrash, { a: "", b: "x" });
  const { outputs } = await runTasks(wc, {}, { nReduce: 4 });
  assert.deepEqual(outputs, [[], [], [], []]);
});

Deno.test("tasks: compressed files are read whole, also of several members", async () => {
  const text = "to be or not to be\n".repeat(2000);
  const packed = gzipSync(text);
  const twice = new Uint8Array([...packed, ...packed]);
  const { outputs } = await runTasks(wc, { "a.gz": twice, "b.txt": text }, { splitBytes: 100 });
  assert.deepEqual(sortedLines(outputs), ["be 12000", "not 6000", "or 6000", "to 12000"]);
});

Deno.test("tasks: a compressed file that is none, or cut short, is an error that names it", async () => {
  const packed = gzipSync("to be or not to be\n".repeat(2000));
  for (const contents of [encoder.encode("no gzip at all"), packed.slice(0, 60)]) {
    await assert.rejects(runTasks(wc, { "bad.gz": contents }), /bad\.gz cannot be unpacked/);
  }
});

Deno.test("tasks: lines of megabytes in small splits and little memory", async () => {
  const inputs = { a: `${"x y ".repeat(700_000)}\nshort\n${"z".repeat(1_500_000)}`, b: "short" };
  const { outputs } = await runTasks(wc, inputs, { splitBytes: 500_000, memoryBytes: 10_000 });
  assert.deepEqual(sortedLines(outputs), [
    "short 2",
    "x 700000",
    "y 700000",
    `${"z".repeat(1_500_000)} 1`,
  ]);
});

Deno.test("tasks: a hot key of many values passes through little memory, in the order of the input", async () => {
  const hot: TextApp = {
    map: (_file, contents) =>
      contents.split("\n").filter((line) => line !== "").map((line) => ({
        key: "hot",
        value: line,
      })),
    reduce(_key, values) {
      let count = 0;
      let last = -1;
      for (const value of values) {
        assert.ok(Number(value) === last + 1);
        last = Number(value);
        count++;
      }
      return String(count);
    },
  };
  const lines = Array.from({ length: 200_000 }, (_, i) => String(i)).join("\n");
  const { outputs, counters } = await runTasks(hot, { a: lines }, {
    splitBytes: 400_000,
    memoryBytes: 50_000,
    nReduce: 2,
  });
  assert.deepEqual(sortedLines(outputs), ["hot 200000"]);
  assert.equal(counters[COUNTER.reduceInputRecords], 200_000);
  assert.equal(counters[COUNTER.mapOutputRecords], 200_000);
});

Deno.test("tasks: counters say what happened, once", async () => {
  const inputs = { a: "to be or\nnot to be\n", b: "that is\nthe question" };
  const text = await runTasks(combinedTextCount, inputs, { splitBytes: 10, remote: true });
  const bytes = await runTasks(wc, inputs);
  assert.equal(text.counters[COUNTER.mapInputRecords], 4);
  assert.equal(bytes.counters[COUNTER.mapInputRecords], 4);
  assert.equal(text.counters[COUNTER.mapOutputRecords], 10);
  assert.equal(text.counters[COUNTER.reduceInputKeys], 8);
  assert.ok(text.counters[COUNTER.fetchedBytes]! > 0);
  assert.equal(bytes.counters[COUNTER.fetchedBytes], undefined);
});

Deno.test("tasks: an application counts what it likes", async () => {
  const app: TextApp = {
    map(_file, contents, context) {
      context.count("bytes seen", contents.length);
      return [{ key: "a", value: "1" }];
    },
    reduce(_key, values, context) {
      context.count("reduced");
      return String([...values].length);
    },
  };
  const { counters } = await runTasks(app, { a: "12345", b: "123" });
  assert.equal(counters["bytes seen"], 8);
  assert.equal(counters["reduced"], 1);
});

Deno.test("tasks: text is combined while it is mapped, without harm to the pair at hand", async () => {
  const longest: TextApp = {
    map: (_file, contents) =>
      contents.split("\n").filter((line) => line !== "").map((line) => ({
        key: line[0]!,
        value: line,
      })),
    combine: (_key, values) => [...values].reduce((a, b) => a.length >= b.length ? a : b),
    reduce: (_key, values) => [...values].reduce((a, b) => a.length >= b.length ? a : b),
  };
  const lines = Array.from(
    { length: 3000 },
    (_, i) => "abc"[i % 3]! + "x".repeat((i * 7) % 1001) + i,
  );
  await sameAsOracle(longest, { a: lines.join("\n") }, { splitBytes: 500_000 });
  await sameAsOracle(longest, { a: lines.join("\n") }, { memoryBytes: 2000 });
});

Deno.test("tasks: a damaged or missing piece names the map task that must be run again", async () => {
  const inputs = Object.fromEntries([..."abcdef"].map((name) => [name, `only ${name}`]));
  for (const remote of [false, true]) {
    const damaging = runTasks(wc, inputs, {
      nReduce: 1,
      remote,
      async afterMaps(files, paths) {
        const bytes = await files.read(paths[2]!, 0, 1000);
        bytes[bytes.length - 3]! ^= 4;
        const writer = await files.create(paths[2]!);
        await writer.write(bytes);
        await writer.close(false);
      },
    });
    await assert.rejects(damaging, (error) => isLoss(error, [2]));
    const removing = runTasks(wc, inputs, {
      nReduce: 1,
      remote,
      async afterMaps(files, paths) {
        for (const lost of [1, 4]) await files.remove(paths[lost]!);
      },
    });
    await assert.rejects(removing, (error) => isLoss(error, [1, 4]));
  }
});

function isLoss(error: unknown, lost: readonly number[]): boolean {
  assert.ok(error instanceof TaskFailure);
  assert.deepEqual(error.lostInputs, lost);
  return true;
}

Deno.test("tasks: more maps than can be merged at once", async () => {
  const inputs = Object.fromEntries(
    Array.from({ length: 600 }, (_, i) => [`f${i}`, `all f${i % 7}\nx${i}`]),
  );
  await sameAsOracle(byFirstByte, inputs, { nReduce: 2 });
  await sameAsOracle(wc, inputs, { nReduce: 2, remote: true, memoryBytes: 2000 });
});

Deno.test("grep: lines that match, by file, in the order of each file", async () => {
  const inputs = {
    "b.txt": "one two\ntwo\nthree\n two",
    "a.txt": Uint8Array.of(0x74, 0x77, 0x6f, 0xff, 10, 0x78),
  };
  for (const splitBytes of [4, 1000]) {
    const { outputs } = await runTasks(grep("two"), inputs, { splitBytes, nReduce: 1 });
    assert.deepEqual(outputs, [["a.txt:two\xff", "b.txt:one two", "b.txt:two", "b.txt: two"]]);
  }
});

Deno.test("sort: the outputs one behind the other are sorted", async () => {
  const words = ["zebra", "", "Apple", "apple", "10", "9", "~", "\x01", "apple", "éclair", "mango"];
  const { outputs } = await runTasks(sort, { a: words.join("\n") }, { nReduce: 5, splitBytes: 9 });
  const bytes = words.map((word) => latin1(encoder.encode(word)));
  assert.deepEqual(outputs.flat(), bytes.sort());
  assert.ok(outputs.filter((lines) => lines.length > 0).length > 2);
});
