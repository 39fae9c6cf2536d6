import assert from "node:assert/strict";
import { encodeLine, linesOf, parseMessage, parseTask, type Task } from "./protocol.ts";
import { sampleResult, sampleTest, sampleUnit } from "./sample_results.ts";

const task: Task = {
  id: 7,
  lab: "2A",
  test: "TestOne2A",
  seed: "18446744073709551615",
  recordEvents: false,
  real: false,
  traceFile: undefined,
};

Deno.test("a task survives its line", () => {
  assert.deepEqual(parseTask(encodeLine(task).trimEnd()), task);
  const traced = { ...task, traceFile: "traces/a b.jsonl" };
  assert.deepEqual(parseTask(encodeLine(traced).trimEnd()), traced);
});

Deno.test("parseTask() throws on a line that is no task", () => {
  assert.throws(() => parseTask("{}"), SyntaxError);
  assert.throws(() => parseTask("null"), SyntaxError);
  assert.throws(() => parseTask("hello"), SyntaxError);
});

Deno.test("messages survive their lines, and other lines are none", () => {
  const { outcome } = sampleResult(sampleUnit([sampleTest("2A", "TestOne2A")], 0));
  const messages = [
    { type: "ready" },
    { type: "failing", id: 1, outcome },
    { type: "done", id: 1, outcome, events: ["a", "b\nc"] },
  ] as const;
  for (const message of messages) {
    assert.deepEqual(parseMessage(encodeLine(message).trimEnd()), message);
  }
  for (const line of ["", "hello", "3", "null", '{"type":"done"}', '{"type":"other","id":1}']) {
    assert.equal(parseMessage(line), undefined, line);
  }
});

Deno.test("linesOf() puts lines together from any pieces, also within a character", async () => {
  const bytes = new TextEncoder().encode("eins\nzwölf\n\nlast, unfinished");
  for (const size of [1, 3, 100]) {
    const pieces = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.slice(i * size, (i + 1) * size),
    );
    const lines: string[] = [];
    for await (const line of linesOf(ReadableStream.from(pieces))) lines.push(line);
    assert.deepEqual(lines, ["eins", "zwölf", ""]);
  }
});
