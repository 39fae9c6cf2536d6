import assert from "node:assert/strict";
import { NO_BYTES } from "../base/bytes.ts";
import {
  type HardState,
  type LogEntry,
  logIndex,
  serverId,
  type Snapshot,
  term,
} from "../base/durable.ts";
import { Durability } from "./durability.ts";
import { RaftLog } from "./log.ts";

const HARD_STATE: HardState = { currentTerm: term(3), votedFor: serverId(1) };

function entries(first: number, last: number): LogEntry[] {
  const result: LogEntry[] = [];
  for (let index = first; index <= last; index++) {
    result.push({ index: logIndex(index), term: term(3), kind: "command", command: NO_BYTES });
  }
  return result;
}

function snapshot(index: number): Snapshot {
  return { lastIncludedIndex: logIndex(index), lastIncludedTerm: term(3), data: NO_BYTES };
}

/** A log with its account, of which everything up to `lastIndex` is durable. */
function account(lastIndex: number) {
  const log = new RaftLog(undefined, entries(1, lastIndex));
  const durability = new Durability(log.lastIndex);
  return {
    log,
    durability,
    append(count: number) {
      const first = log.lastIndex + 1;
      log.append(entries(first, log.lastIndex + count));
      durability.entriesChanged(logIndex(first));
    },
    replaceFrom(first: number, count: number) {
      log.truncateFrom(logIndex(first));
      log.append(entries(first, first + count - 1));
      durability.entriesChanged(logIndex(first));
    },
    /** Forms a batch; returns the indexes of its entries. */
    take(): number[] {
      return durability.takeBatch(HARD_STATE, log)?.entries?.map(({ index }) => index) ?? [];
    },
  };
}

Deno.test("Durability starts with all durable that storage held, and nothing to write", () => {
  const { durability, log } = account(5);
  assert.equal(durability.durableIndex, 5);
  assert.equal(durability.sequence, 0);
  assert.equal(durability.takeBatch(HARD_STATE, log), undefined);
  assert.equal(durability.sequence, 0);
});

Deno.test("Durability.takeBatch() holds what changed, once, and counts", () => {
  const { durability, log, append } = account(2);
  durability.hardStateChanged();
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), { sequence: 1, hardState: HARD_STATE });
  append(2);
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), { sequence: 2, entries: entries(3, 4) });
  durability.snapshotChanged(snapshot(1), false);
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), {
    sequence: 3,
    snapshot: snapshot(1),
    discardLog: false,
  });
  assert.equal(durability.takeBatch(HARD_STATE, log), undefined);
});

Deno.test("Durability gathers the changes of several steps into one batch", () => {
  const { durability, log, append } = account(2);
  append(1);
  append(2);
  durability.hardStateChanged();
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), {
    sequence: 1,
    hardState: HARD_STATE,
    entries: entries(3, 5),
  });
});

Deno.test("Durability.takeBatch() begins at the lowest index that changed", () => {
  const { append, replaceFrom, take } = account(5);
  append(2);
  replaceFrom(4, 2);
  append(1);
  assert.deepEqual(take(), [4, 5, 6]);
});

Deno.test("Durability.onDurable() moves durableIndex batch by batch", () => {
  const { durability, append, take } = account(1);
  append(2);
  take();
  append(3);
  take();
  assert.equal(durability.durableIndex, 1);
  durability.onDurable(1);
  assert.equal(durability.durableIndex, 3);
  durability.onDurable(2);
  assert.equal(durability.durableIndex, 6);
  assert.equal(durability.durableSequence, 2);
});

Deno.test("Durability.onDurable() of a later batch includes those before it, and of an earlier one changes nothing", () => {
  const { durability, append, take } = account(1);
  append(2);
  take();
  append(3);
  take();
  durability.onDurable(2);
  assert.equal(durability.durableIndex, 6);
  durability.onDurable(1);
  assert.equal(durability.durableIndex, 6);
  assert.equal(durability.durableSequence, 2);
});

Deno.test("Durability.onDurable() throws for a batch that was never handed over", () => {
  const { durability } = account(1);
  assert.throws(() => durability.onDurable(1), { property: "DurableAfterPersist" });
});

Deno.test("Durability forgets what was cut off: what is durable already", () => {
  const { durability, replaceFrom, take } = account(5);
  replaceFrom(3, 1);
  assert.equal(durability.durableIndex, 2);
  assert.deepEqual(take(), [3]);
  durability.onDurable(1);
  assert.equal(durability.durableIndex, 3);
});

Deno.test("Durability forgets what was cut off: what is being written", () => {
  const { durability, append, replaceFrom, take } = account(2);
  append(3);
  take();
  replaceFrom(4, 2);
  take();
  durability.onDurable(1);
  assert.equal(durability.durableIndex, 3, "entries 4 and 5 of the first batch are not this log's");
  durability.onDurable(2);
  assert.equal(durability.durableIndex, 5);
});

Deno.test("Durability forgets everything when the log is discarded", () => {
  const { durability, log, append, take } = account(2);
  append(3);
  take();
  log.compact({ ...snapshot(9), lastIncludedTerm: term(4) });
  durability.snapshotChanged(snapshot(9), true);
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), {
    sequence: 2,
    snapshot: snapshot(9),
    discardLog: true,
  });
  durability.onDurable(1);
  assert.equal(durability.durableIndex, 0);
  durability.onDurable(2);
  assert.equal(durability.durableIndex, 9);
});

Deno.test("Durability: entries behind a discarding snapshot go into the same batch", () => {
  const { durability, log, append } = account(4);
  append(1);
  log.compact(snapshot(9));
  durability.snapshotChanged(snapshot(9), true);
  append(2);
  assert.deepEqual(durability.takeBatch(HARD_STATE, log), {
    sequence: 1,
    snapshot: snapshot(9),
    discardLog: true,
    entries: entries(10, 11),
  });
});
