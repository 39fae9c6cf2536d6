import assert from "node:assert/strict";
import { LogState } from "./log_state.ts";

function ref(lastIncludedIndex: number) {
  return { number: 1, lastIncludedIndex, lastIncludedTerm: 1, length: 0, crc: 0 };
}

/** A log of three segments with the entries 1 to 10, 11 to 20, and 21 to 30. */
function threeSegments(): LogState {
  const state = new LogState();
  for (const sequence of [1, 2, 3]) {
    state.beginSegment(sequence);
    state.apply({ first: 10 * sequence - 9, last: 10 * sequence });
  }
  return state;
}

function dropped(state: LogState): number[] {
  return state.takeDroppable().map(({ sequence }) => sequence);
}

Deno.test("LogState drops the segments that the snapshot covers, and no other", () => {
  for (const [index, expected] of [[9, []], [10, [1]], [19, [1]], [20, [1, 2]]] as const) {
    const state = threeSegments();
    state.apply({ snapshot: ref(index) });
    assert.deepEqual(dropped(state), expected, `snapshot at ${index}`);
    assert.equal(state.lastIndex, 30);
  }
});

Deno.test("LogState keeps the present segment, whatever the snapshot covers", () => {
  const state = threeSegments();
  state.apply({ snapshot: ref(30) });
  assert.deepEqual(dropped(state), [1, 2]);
  assert.deepEqual(dropped(state), []);
});

Deno.test("LogState drops segments whose entries were replaced", () => {
  const state = threeSegments();
  state.beginSegment(4);
  state.apply({ first: 6, last: 12 });
  assert.equal(state.lastIndex, 12);
  state.apply({ snapshot: ref(5) });
  assert.deepEqual(dropped(state), [1, 2, 3]);
});

Deno.test("LogState drops everything before when a snapshot discards the log", () => {
  const state = threeSegments();
  state.apply({ snapshot: ref(15), discardLog: true });
  assert.equal(state.lastIndex, 15);
  assert.deepEqual(dropped(state), [1, 2]);
});

Deno.test("LogState moves the end to a snapshot beyond it", () => {
  const state = threeSegments();
  state.apply({ snapshot: ref(50) });
  assert.equal(state.lastIndex, 50);
  state.apply({ first: 51, last: 52 });
  assert.equal(state.lastIndex, 52);
});
