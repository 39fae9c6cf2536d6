import assert from "node:assert/strict";
import { TestFailure } from "../lab_test.ts";
import { AppliedLogs, show } from "./applied_logs.ts";

Deno.test("AppliedLogs.record() accepts the same command on every server, and again after a restart", () => {
  const logs = new AppliedLogs(2);
  assert.deepEqual(logs.record(0, 1, 10), { error: undefined, hasPrevious: false });
  assert.deepEqual(logs.record(0, 2, 20), { error: undefined, hasPrevious: true });
  assert.deepEqual(logs.record(1, 1, 10), { error: undefined, hasPrevious: false });
  assert.deepEqual(logs.record(0, 1, 10), { error: undefined, hasPrevious: false });
  assert.equal(logs.maxIndex, 2);
});

Deno.test("AppliedLogs.record() finds another command at the same index, on any server, by type and value", () => {
  const logs = new AppliedLogs(2);
  logs.record(0, 1, 10);
  assert.match(logs.record(1, 1, 11).error ?? "", /index=1 server=1 11 != server=0 10/);
  const own = new AppliedLogs(1);
  own.record(0, 1, 10);
  assert.match(own.record(0, 1, "10").error ?? "", /server=0 "10" != server=0 10/);
});

Deno.test("AppliedLogs.nCommitted() counts the servers that have the index", () => {
  const logs = new AppliedLogs(3);
  assert.deepEqual(logs.nCommitted(1), { count: 0, command: undefined });
  logs.record(0, 1, "a");
  logs.record(2, 1, "a");
  assert.deepEqual(logs.nCommitted(1), { count: 2, command: "a" });
});

Deno.test("AppliedLogs.nCommitted() throws when servers disagree or one has applied wrongly", () => {
  const logs = new AppliedLogs(2);
  logs.record(0, 1, 10);
  logs.record(1, 1, 11);
  assert.throws(
    () => logs.nCommitted(1),
    new TestFailure("committed values do not match: index 1, 10, 11"),
  );
  logs.reject(1, "first");
  logs.reject(1, "second");
  assert.throws(() => logs.nCommitted(2), new TestFailure("apply error: first"));
});

Deno.test("AppliedLogs.replace() forgets what was known, but not how far the log got", () => {
  const logs = new AppliedLogs(1);
  for (const index of [1, 2, 3]) logs.record(0, index, index * 10);
  logs.replace(0, [undefined, 10, 20]);
  assert.equal(logs.nCommitted(3).count, 0);
  assert.equal(logs.nCommitted(2).count, 1);
  assert.equal(logs.maxIndex, 3);
  assert.deepEqual(logs.upTo(0, 2), [undefined, 10, 20]);
});

Deno.test("show() cuts long texts", () => {
  assert.equal(show(7), "7");
  assert.equal(show("x".repeat(100)), `"${"x".repeat(39)}…`);
});
