import assert from "node:assert/strict";
import { type LogEntry, logIndex, type Snapshot, term } from "../base/durable.ts";
import { InvariantError } from "../base/errors.ts";
import { encodeRecord } from "./storage_record.ts";
import { StoredState } from "./stored_state.ts";

function entries(first: number, last: number, bytes = 10): LogEntry[] {
  return Array.from({ length: last - first + 1 }, (_, i) => ({
    index: logIndex(first + i),
    term: term(1),
    kind: "command" as const,
    command: new Uint8Array(bytes),
  }));
}

function snapshot(index: number): Snapshot {
  const data = new Uint8Array(100);
  return { lastIncludedIndex: logIndex(index), lastIncludedTerm: term(1), data };
}

Deno.test("StoredState.apply() throws when entries leave a gap", () => {
  const state = new StoredState();
  assert.throws(() => state.apply({ entries: entries(2, 3) }), InvariantError);
  state.apply({ entries: entries(1, 3) });
  assert.throws(() => state.apply({ entries: entries(5, 5) }), InvariantError);
});

Deno.test("StoredState.apply() throws when entries lie within the snapshot", () => {
  const state = new StoredState();
  state.apply({ snapshot: snapshot(5) });
  assert.throws(() => state.apply({ entries: entries(5, 6) }), InvariantError);
  state.apply({ entries: entries(6, 7) });
  assert.throws(() => state.apply({ entries: entries(5, 6) }), InvariantError);
});

Deno.test("StoredState.toBatch() builds up the same state from nothing", () => {
  const state = new StoredState();
  state.apply({ hardState: { currentTerm: term(2), votedFor: undefined }, entries: entries(1, 9) });
  state.apply({ snapshot: snapshot(4) });
  const copy = new StoredState();
  copy.apply(state.toBatch());
  assert.deepEqual(copy.toBatch(), state.toBatch());
  assert.deepEqual(copy.entries.map(({ index }) => index), [5, 6, 7, 8, 9]);
});

Deno.test("StoredState.compactBytes is not below what a record takes, and not much above", () => {
  const state = new StoredState();
  const check = () => {
    const { data } = state.snapshot ?? { data: new Uint8Array(0) };
    const actual = encodeRecord(state.toBatch()).length - data.length;
    const { compactBytes } = state;
    assert.ok(compactBytes >= actual, `${compactBytes} < ${actual}`);
    assert.ok(compactBytes <= 2 * actual + 32, `${compactBytes} > twice ${actual}`);
  };
  check();
  state.apply({ entries: entries(1, 100) });
  check();
  state.apply({ entries: entries(50, 60, 200) });
  check();
  state.apply({ snapshot: snapshot(55) });
  check();
  state.apply({ snapshot: snapshot(58), discardLog: true });
  check();
});
