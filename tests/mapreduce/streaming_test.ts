/** Streaming applications with real commands. */

import assert from "node:assert/strict";
import { COUNTER } from "../../core/mapreduce/counters.ts";
import { type RecordRange, TaskFailure } from "../../core/mapreduce/messages.ts";
import type { ChildProcess, StreamingApp } from "../../core/mapreduce/streaming_app.ts";
import { MemoryFiles } from "../../core/sim/files.ts";
import { makeRunner, putFile, quietControl, runTasks, sortedLines } from "./run_tasks.ts";

const COUNT = `awk '{ n[$1] += $2 } END { for (w in n) print w "\\t" n[w] }'`;

function startShell(command: string, variables: Readonly<Record<string, string>>): ChildProcess {
  const child = new Deno.Command("sh", {
    args: ["-c", command],
    env: variables,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  return {
    write: (bytes) => stdin.write(bytes.slice()).then(() => true, () => false),
    closeInput: () => stdin.close().catch(() => {}),
    output: child.stdout,
    errors: child.stderr,
    ended: child.status.then(({ code, signal }) => ({
      status: code,
      signal: signal ?? undefined,
    })),
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
    },
  };
}

function streaming(
  mapper: string | undefined,
  reducer: string | undefined,
): StreamingApp & { readonly logged: string[] } {
  const logged: string[] = [];
  return {
    streaming: true,
    mapper,
    reducer,
    start: startShell,
    log: (line) => logged.push(line),
    logged,
  };
}

const TEXT = "to be or not to be\nthat is the question\n".repeat(50);

Deno.test("streaming: words are counted by commands, over several splits", async () => {
  const app = streaming(`tr ' ' '\\n' | sed 's/$/\\t1/'`, COUNT);
  const { outputs, counters } = await runTasks(app, { a: TEXT, b: TEXT.trimEnd() }, {
    splitBytes: 1500,
    memoryBytes: 3000,
  });
  assert.deepEqual(sortedLines(outputs), [
    "be\t200",
    "is\t100",
    "not\t100",
    "or\t100",
    "question\t100",
    "that\t100",
    "the\t100",
    "to\t200",
  ]);
  assert.equal(counters[COUNTER.mapInputRecords], 200);
  assert.equal(counters[COUNTER.mapOutputRecords], 1000);
});

Deno.test("streaming: without commands lines are pairs, and pairs lines in the order of the keys", async () => {
  const inputs = { a: "b\t1\na\tx\ty\nb\t0\n\nno tab" };
  const { outputs } = await runTasks(streaming(undefined, undefined), inputs, { nReduce: 1 });
  assert.deepEqual(outputs, [["\t", "a\tx\ty", "b\t1", "b\t0", "no tab\t"]]);
  const cat = await runTasks(streaming("cat", "cat"), inputs, { nReduce: 1 });
  assert.deepEqual(cat.outputs, outputs);
});

Deno.test("streaming: a command may stop reading, and sees the name of its file", async () => {
  const app = streaming(`head -n 1; echo "$mapreduce_map_input_file"`, "cat");
  const { outputs } = await runTasks(app, { "some file": "x\ty\n".repeat(300_000) }, {
    splitBytes: 1 << 24,
  });
  assert.deepEqual(sortedLines(outputs), ["some file\t", "x\ty"]);
});

Deno.test("streaming: reports on standard error count, and the rest is for people", async () => {
  const app = streaming(
    `cat; echo 'reporter:counter:My,lines,3' >&2; echo hello >&2`,
    `cat; echo 'reporter:counter:My,lines,4' >&2`,
  );
  const { counters } = await runTasks(app, { a: "x\n" }, { nReduce: 1 });
  assert.equal(counters["My: lines"], 7);
  assert.deepEqual(app.logged, ["hello"]);
});

Deno.test("streaming: a command that fails is the task's failure, with its last words", async () => {
  const mapper = streaming("cat >/dev/null; echo 'no such thing' >&2; exit 3", "cat");
  await assert.rejects(runTasks(mapper, { a: TEXT }), (error) => {
    assert.ok(error instanceof TaskFailure);
    assert.match(error.message, /ended with status 3; its last words were: no such thing/);
    return true;
  });
  const reducer = streaming("cat", "kill -9 $$");
  await assert.rejects(runTasks(reducer, { a: TEXT }, { nReduce: 1 }), (error) => {
    assert.ok(error instanceof TaskFailure);
    assert.match(error.message, /`kill -9 \$\$` was ended by SIGKILL/);
    return true;
  });
});

Deno.test("streaming: the line that a mapper fails on is found, and can be left out", async () => {
  const app = streaming(`awk '/bad/ { exit 1 } { print }'`, "cat");
  const files = new MemoryFiles();
  const lines = Array.from({ length: 200 }, (_, i) => i === 123 ? "a bad line\n" : `line ${i}\n`);
  await putFile(files, "in", lines.join(""));
  const runner = makeRunner(app, files);
  const assignment = {
    kind: "map",
    task: 0,
    attempt: 1,
    splits: [{ file: "in", start: 0, end: lines.join("").length }],
    nReduce: 1,
    oneRecordAtATime: true,
  } as const;
  const begun: RecordRange[] = [];
  const control = quietControl({
    recordBegins: (record) => Promise.resolve(void begun.push(record)),
  });
  const start = lines.slice(0, 123).join("").length;
  const record = { file: "in", start, end: start + "a bad line\n".length };
  await assert.rejects(runner.runMap({ ...assignment, skipRecords: [] }, control), (error) => {
    assert.deepEqual((error as TaskFailure).record, record);
    return true;
  });
  assert.equal(begun.length, 1);
  const { counters } = await runner.runMap({ ...assignment, skipRecords: [record] }, control);
  assert.equal(counters[COUNTER.mapOutputRecords], 199);
  assert.equal(counters[COUNTER.skippedRecords], 1);
});

Deno.test("streaming: a task that is not wanted any more ends its commands", async () => {
  const files = new MemoryFiles();
  await putFile(files, "in", TEXT);
  const aborting = new AbortController();
  const runner = makeRunner(
    streaming("echo 'reporter:status:here' >&2; exec sleep 100", "cat"),
    files,
  );
  const control = quietControl({
    signal: aborting.signal,
    progress: (_, status) => {
      if (status === "here") aborting.abort();
    },
  });
  const startedAt = performance.now();
  const running = runner.runMap({
    kind: "map",
    task: 0,
    attempt: 1,
    splits: [{ file: "in", start: 0, end: TEXT.length }],
    nReduce: 1,
    skipRecords: [],
    oneRecordAtATime: false,
  }, control);
  await assert.rejects(running);
  assert.ok(performance.now() - startedAt < 50_000);
  assert.deepEqual(await files.list("/worker"), []);
});
