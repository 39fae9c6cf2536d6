import assert from "node:assert/strict";
import type { Operation } from "./history.ts";
import { validateHistory } from "./history_error.ts";
import { HistoryRecorder } from "./recorder.ts";

Deno.test("HistoryRecorder never gives a time twice, however slow the clock is", () => {
  let now = 5;
  const recorder = new HistoryRecorder<string, string>({ now: () => now });
  const calls = [1, 2, 3].map((client) => recorder.call(client, "ask"));
  calls[1]!.returned("b");
  now = 4;
  calls[0]!.returned("a");
  now = 6.25;
  calls[2]!.returned("c");
  const operations = recorder.operations();
  validateHistory(operations);
  assert.deepEqual(operations.map(({ client, call, return: end }) => [client, call, end]), [
    [2, 5.001, 5.003],
    [1, 5, 5.004],
    [3, 5.002, 6.25],
  ]);
});

Deno.test("HistoryRecorder tells every operation when it is over, and keeps what is under way as unknown", () => {
  const told: Operation<string, string>[] = [];
  const recorder = new HistoryRecorder<string, string>({ onOperation: (each) => told.push(each) });
  recorder.call(1, "unknown").unknown();
  recorder.call(1, "dropped").dropped();
  recorder.call(1, "under way");
  recorder.call(2, "returned").returned("yes");
  assert.deepEqual(told.map(({ input }) => input), ["unknown", "returned"]);
  assert.deepEqual(recorder.underWay().map(({ input }) => input), ["under way"]);
  assert.deepEqual(recorder.operations().map(({ input, output }) => [input, output]), [
    ["unknown", undefined],
    ["returned", "yes"],
    ["under way", undefined],
  ]);
});

Deno.test("HistoryRecorder throws when an operation ends twice", () => {
  const recording = new HistoryRecorder<string, string>().call(1, "ask");
  recording.returned("a");
  for (const again of [() => recording.returned("b"), () => recording.unknown()]) {
    assert.throws(again, TypeError);
  }
});
