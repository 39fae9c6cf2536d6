import assert from "node:assert/strict";
import { encoder, makeRunner, putFile, quietControl } from "../../tests/mapreduce/run_tasks.ts";
import { MemoryFiles } from "../sim/files.ts";
import type { MapReduceApp, TextApp } from "./app.ts";
import { wc } from "./apps/wc.ts";
import { COUNTER } from "./counters.ts";
import { type MapAssignment, type RecordRange, TaskFailure } from "./messages.ts";
import { RunReader } from "./run_reader.ts";
import type { TaskControl } from "./worker_loop.ts";

const LINES = ["alpha", "bad one", "beta", "bad two", "gamma", ""];

/** Emits each line, and cannot stand those that begin with `bad`. */
const touchy: TextApp = {
  map: (_file, contents) =>
    contents.split("\n").filter((line) => line !== "").map((line) => {
      if (line.startsWith("bad")) throw new RangeError(`what is "${line}"?`);
      return { key: line, value: "" };
    }),
  reduce: () => "",
};

function assignmentOf(size: number, more: Partial<MapAssignment> = {}): MapAssignment {
  return {
    kind: "map",
    task: 0,
    attempt: 1,
    splits: [{ file: "in", start: 0, end: size }],
    nReduce: 1,
    skipRecords: [],
    oneRecordAtATime: false,
    ...more,
  };
}

async function mapKeys(
  app: MapReduceApp,
  contents: string,
  more: Partial<MapAssignment> = {},
  control: TaskControl = quietControl(),
): Promise<{ keys: string[]; counters: Readonly<Record<string, number>>; files: MemoryFiles }> {
  const files = new MemoryFiles();
  await putFile(files, "in", contents);
  const runner = makeRunner(app, files);
  const size = encoder.encode(contents).length;
  const result = await runner.runMap(assignmentOf(size, more), control).catch(async (error) => {
    assert.deepEqual(await files.list("/worker"), [], "a failed map leaves nothing");
    throw error;
  });
  const reader = new RunReader({
    read: (offset, length) => files.readNow(`/worker/${result.path}/0`, offset, length),
    offset: 0,
    bytes: result.partitionBytes[0]!,
  });
  const keys: string[] = [];
  while (reader.next()) keys.push(new TextDecoder().decode(reader.key.subarray(0, reader.keyEnd)));
  return { keys, counters: result.counters, files };
}

function rangeOf(line: string): RecordRange {
  const start = LINES.join("\n").indexOf(line);
  return { file: "in", start, end: start + line.length + 1 };
}

Deno.test("runMap() fails with the application's error, and leaves nothing", async () => {
  await assert.rejects(
    mapKeys(touchy, LINES.join("\n")),
    (error) =>
      error instanceof TaskFailure && error.record === undefined &&
      /map failed on in: RangeError: what is "bad one"\?/.test(error.message),
  );
});

Deno.test("runMap() with oneRecordAtATime tells each record first, and names the one that throws", async () => {
  const begun: RecordRange[] = [];
  const control = quietControl({
    recordBegins: (record) => {
      begun.push(record);
      return Promise.resolve();
    },
  });
  await assert.rejects(
    mapKeys(touchy, LINES.join("\n"), { oneRecordAtATime: true }, control),
    (error) => {
      assert.ok(error instanceof TaskFailure);
      assert.deepEqual(error.record, rangeOf("bad one"));
      return true;
    },
  );
  assert.deepEqual(begun, [rangeOf("alpha"), rangeOf("bad one")]);
});

Deno.test("runMap() leaves out the records it is told to, in every way of reading", async () => {
  const skipRecords = [rangeOf("bad two"), rangeOf("bad one"), { file: "other", start: 0, end: 9 }];
  for (const oneRecordAtATime of [false, true]) {
    const { keys, counters } = await mapKeys(
      touchy,
      LINES.join("\n"),
      { skipRecords, oneRecordAtATime },
    );
    assert.deepEqual(keys, ["alpha", "beta", "gamma"]);
    assert.equal(counters[COUNTER.skippedRecords], 2);
    assert.equal(counters[COUNTER.mapInputRecords], 3);
    const words = await mapKeys(wc, LINES.join("\n"), { skipRecords, oneRecordAtATime });
    assert.deepEqual(words.keys, ["alpha", "beta", "gamma"]);
    assert.equal(words.counters[COUNTER.skippedRecords], 2);
    assert.equal(words.counters[COUNTER.mapInputRecords], 3);
  }
});

Deno.test("runMap() leaves out several records in a row as one range", async () => {
  const end = LINES.join("\n").indexOf("bad two");
  const skipRecords = [{ file: "in", start: 6, end }];
  for (const app of [touchy, wc]) {
    const { counters } = await mapKeys(app, LINES.join("\n").replace("bad two", "fine"), {
      skipRecords,
    });
    assert.equal(counters[COUNTER.skippedRecords], 2);
  }
});

Deno.test("runMap() hands whole files over as one record each", async () => {
  const whole: TextApp = { ...touchy, wholeFiles: true };
  const record = { file: "in", start: 0, end: LINES.join("\n").length };
  await assert.rejects(
    mapKeys(whole, LINES.join("\n"), { oneRecordAtATime: true }),
    (error) => {
      assert.deepEqual((error as TaskFailure).record, record);
      return true;
    },
  );
  const { keys, counters } = await mapKeys(whole, LINES.join("\n"), { skipRecords: [record] });
  assert.deepEqual([keys, counters[COUNTER.skippedRecords]], [[], 1]);
});

Deno.test("runMap() refuses pairs and partitions that are none", async () => {
  const wrong: [string, TextApp, RegExp][] = [
    [
      "a number as value",
      { ...touchy, map: () => [{ key: "a", value: 1 as unknown as string }] },
      /map emitted number, where text as value is expected/,
    ],
    [
      "no key",
      { ...touchy, map: () => [{ key: undefined as unknown as string, value: "" }] },
      /map emitted undefined, where text as key is expected/,
    ],
    [
      "a partition too high",
      { ...touchy, map: () => [{ key: "a", value: "" }], partition: (_key, n) => n },
      /partition must be an integer in \[0, 1\): current value is 1/,
    ],
    [
      "no list",
      { ...touchy, map: () => undefined as unknown as [] },
      /TypeError/,
    ],
  ];
  for (const [what, app, message] of wrong) {
    await assert.rejects(mapKeys(app, "x"), (error) => {
      assert.match((error as Error).message, message, what);
      return error instanceof TaskFailure;
    });
  }
});

Deno.test("runMap() does not call a full disk a fault of the application", async () => {
  const files = new MemoryFiles({ capacity: 3000 });
  await putFile(files, "in", "word\n".repeat(500));
  const app: TextApp = {
    ...touchy,
    map: (_file, text) => text.split("\n").map((key) => ({ key, value: "v" })),
  };
  const runner = makeRunner(app, files, "worker", { memoryBytes: 1000 });
  await assert.rejects(runner.runMap(assignmentOf(2500), quietControl()), (error) => {
    return !(error instanceof TaskFailure) && /Cannot write/.test((error as Error).message);
  });
});

Deno.test("runMap() and runReduce() stop when they are told to, and leave nothing", async () => {
  const files = new MemoryFiles();
  await putFile(files, "in", "word\n".repeat(500));
  const runner = makeRunner(wc, files);
  const aborting = new AbortController();
  const result = await runner.runMap(assignmentOf(2500), quietControl());
  aborting.abort(new Error("enough"));
  const control = quietControl({ signal: aborting.signal });
  await assert.rejects(runner.runMap(assignmentOf(2500, { attempt: 2 }), control), /enough/);
  const reduce = runner.runReduce({
    kind: "reduce",
    task: 0,
    attempt: 1,
    outputFolder: "",
    inputs: [{
      mapTask: 0,
      attempt: 1,
      path: result.path,
      bytes: result.partitionBytes[0]!,
      worker: { workerId: "worker", hostname: "", port: 0, machineId: "worker", folder: "/worker" },
    }],
  }, control);
  await assert.rejects(reduce, /enough/);
  assert.deepEqual(await files.list("/worker"), [result.path]);
  await runner.discard(result);
  assert.deepEqual(await files.list("/worker"), []);
});

Deno.test("runReduce() names the key that the application fails on; discard() removes outputs", async () => {
  const files = new MemoryFiles();
  await putFile(files, "in", "a\nb\n");
  const app: TextApp = {
    map: (_file, contents) => contents.trim().split("\n").map((key) => ({ key, value: "v" })),
    reduce: (key) => {
      if (key === "b" && fails) throw new Error("no b");
      return "1";
    },
  };
  let fails = true;
  const runner = makeRunner(app, files);
  const { path, partitionBytes } = await runner.runMap(assignmentOf(4), quietControl());
  const worker = { workerId: "w", hostname: "", port: 0, machineId: "worker", folder: "/worker" };
  const input = { mapTask: 0, attempt: 1, path, bytes: partitionBytes[0]!, worker };
  for (const outputFolder of ["", "/out"]) {
    const assignment = {
      kind: "reduce",
      task: 0,
      attempt: 1,
      inputs: [input],
      outputFolder,
    } as const;
    fails = true;
    await assert.rejects(
      runner.runReduce(assignment, quietControl()),
      (error) =>
        error instanceof TaskFailure &&
        /reduce failed on the key "b": Error: no b/.test(error.message),
    );
    fails = false;
    const result = await runner.runReduce(assignment, quietControl());
    const folder = outputFolder || "/worker";
    assert.ok((await files.list(folder)).includes(result.outputFile));
    assert.ok(!result.outputFile.startsWith("mr-out"));
    await runner.discard(result);
    await runner.discard(result);
    assert.ok(!(await files.list(folder)).includes(result.outputFile));
  }
});

Deno.test("runReduce() waits for all fetches before it fails, and names all inputs of silent workers", async () => {
  const files = new MemoryFiles();
  let fetches = 0;
  const runner = makeRunner(wc, files, "worker", {
    memoryBytes: 0,
    fetchPiece: async (worker, _path, _offset, length) => {
      fetches++;
      if (worker.workerId === "silent") throw new Error("no answer");
      if (worker.workerId === "forgetful") return undefined;
      for (let i = 0; i < 20; i++) await Promise.resolve();
      return new Uint8Array(Math.min(length, 10));
    },
  });
  const from = (name: string, mapTask: number) => ({
    mapTask,
    attempt: 1,
    path: `map-${mapTask}`,
    bytes: 100,
    worker: { workerId: name, hostname: "h", port: 1, machineId: name, folder: "/x" },
  });
  const names = ["slow", "silent", "slow", "forgetful", "silent", "silent", "forgetful"];
  const reduce = runner.runReduce({
    kind: "reduce",
    task: 0,
    attempt: 1,
    outputFolder: "",
    inputs: names.map(from),
  }, quietControl());
  await assert.rejects(reduce, (error) => {
    assert.deepEqual((error as TaskFailure).lostInputs, [1, 3, 4, 5, 6]);
    assert.match(
      (error as Error).message,
      /5 map tasks is lost: map-1\/0 of worker silent \(h:1\)/,
    );
    return true;
  });
  assert.ok(fetches <= 25, `${fetches}`);
  assert.deepEqual(await files.list("/worker"), []);
});
