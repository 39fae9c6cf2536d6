import assert from "node:assert/strict";
import {
  type HardState,
  logIndex,
  serverId,
  type Snapshot,
  term,
} from "../../../core/base/durable.ts";
import { DurableState } from "./durable_state.ts";
import { entriesFrom, FakeStorage, fakeView } from "./fakes.ts";

const SERVER = serverId(0);

function hardState(currentTerm: number, votedFor?: number): HardState {
  return {
    currentTerm: term(currentTerm),
    votedFor: votedFor === undefined ? undefined : serverId(votedFor),
  };
}

function snapshot(index: number, lastTerm: number): Snapshot {
  return {
    lastIncludedIndex: logIndex(index),
    lastIncludedTerm: term(lastTerm),
    data: new Uint8Array(0),
  };
}

Deno.test("DurableState knows a batch when it is durable, and not before", () => {
  const storage = new FakeStorage();
  const state = new DurableState(SERVER, storage);
  let durable = 0;
  state.persist({ hardState: hardState(3, 1), entries: entriesFrom(1, [1, 3]) }, () => durable++);
  assert.equal(state.currentTerm, 0);
  assert.equal(state.lastIndex, 0);
  storage.sync();
  assert.equal(durable, 1);
  assert.equal(state.currentTerm, 3);
  assert.equal(state.votedFor, 1);
  assert.equal(state.termAt(logIndex(2)), 3);
});

Deno.test("DurableState: entries replace everything from the first one's index", () => {
  const storage = new FakeStorage({ entries: entriesFrom(1, [1, 1, 1]) });
  const state = new DurableState(SERVER, storage);
  state.persist({ entries: entriesFrom(2, [2]) }, () => {});
  storage.sync();
  assert.equal(state.lastIndex, 2);
  assert.equal(state.termAt(logIndex(2)), 2);
  assert.equal(state.termAt(logIndex(3)), undefined);
});

Deno.test("DurableState: a snapshot keeps the entries behind it, unless the log is discarded", () => {
  const storage = new FakeStorage({ entries: entriesFrom(1, [1, 1, 2]) });
  const state = new DurableState(SERVER, storage);
  state.persist({ snapshot: snapshot(2, 1) }, () => {});
  storage.sync();
  assert.equal(state.lastIncludedIndex, 2);
  assert.equal(state.lastIndex, 3);
  state.persist({ snapshot: snapshot(9, 4), discardLog: true }, () => {});
  storage.sync();
  assert.equal(state.lastIndex, 9);
  assert.equal(state.termAt(logIndex(3)), undefined);
  assert.equal(state.termAt(logIndex(9)), 4);
});

Deno.test("DurableState: what was confirmed must survive a crash", () => {
  const before = new DurableState(
    SERVER,
    new FakeStorage({ hardState: hardState(3, 1), snapshot: snapshot(9, 2) }),
  );
  const restarted = (state: HardState, index: number) => () =>
    new DurableState(
      SERVER,
      new FakeStorage({ hardState: state, snapshot: snapshot(index, 2) }),
      before,
    );
  restarted(hardState(3, 1), 9)();
  restarted(hardState(4), 19)();
  assert.throws(restarted(hardState(2, 1), 9), { property: "TermSurvivesCrash" });
  assert.throws(restarted(hardState(3), 9), { property: "VoteSurvivesCrash" });
  assert.throws(restarted(hardState(3, 2), 9), { property: "VoteSurvivesCrash" });
  assert.throws(restarted(hardState(3, 1), 8), { property: "SnapshotSurvivesCrash" });
});

Deno.test("DurableState.checkRestored() compares a restarted server with its disk", () => {
  const storage = new FakeStorage({ hardState: hardState(3, 1), entries: entriesFrom(1, [1, 2]) });
  const state = new DurableState(SERVER, storage);
  const good = { currentTerm: term(3), votedFor: serverId(1) };
  state.checkRestored(fakeView(good, [1, 2]));
  for (
    const bad of [
      fakeView({ ...good, currentTerm: term(2) }, [1, 2]),
      fakeView({ ...good, votedFor: undefined }, [1, 2]),
      fakeView({ ...good, commitIndex: logIndex(1) }, [1, 2]),
      fakeView(good, [1]),
      fakeView(good, [1, 1]),
    ]
  ) assert.throws(() => state.checkRestored(bad), { property: "RestoresWhatIsStored" });
});
