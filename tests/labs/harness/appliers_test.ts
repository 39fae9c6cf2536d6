import assert from "node:assert/strict";
import { logIndex, term } from "../../../core/base/durable.ts";
import { SeededRandom } from "../../../core/base/random.ts";
import { ms } from "../../../core/base/units.ts";
import { macrotask } from "../../../core/host/macrotask.ts";
import type { Applied } from "../../../core/raft/io.ts";
import { Simulation } from "../../../core/sim/simulation.ts";
import { AppliedLogs } from "./applied_logs.ts";
import { ingestSnapshot, PlainApplier, SnapshotApplier } from "./appliers.ts";
import { type Command, decodeSnapshot, encodeCommand, encodeSnapshot } from "./codec.ts";

function entry(index: number, command: Command = index * 10): Applied {
  return {
    kind: "entry",
    entry: {
      index: logIndex(index),
      term: term(1),
      kind: "command",
      command: encodeCommand(command),
    },
  };
}

function snapshotUpTo(index: number): Uint8Array {
  const commands = Array.from({ length: index + 1 }, (_, i) => i === 0 ? undefined : i * 10);
  return encodeSnapshot({ index, commands });
}

function snapshot(lastIncludedIndex: number, data: Uint8Array): Applied {
  return {
    kind: "snapshot",
    snapshot: { lastIncludedIndex: logIndex(lastIncludedIndex), lastIncludedTerm: term(1), data },
  };
}

function plain() {
  const logs = new AppliedLogs(2);
  const errors: string[] = [];
  const applier = (server: number) =>
    new PlainApplier({ server, logs, onApplied() {}, onError: (error) => errors.push(error) });
  return { logs, errors, applier };
}

function snapshotting(lastApplied = 0) {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const logs = new AppliedLogs(1);
  const errors: string[] = [];
  const compacted: { index: number; data: Uint8Array }[] = [];
  const applier = new SnapshotApplier({
    server: 0,
    logs,
    lastApplied,
    clock: simulation.clock,
    random: new SeededRandom(1n),
    onApplied() {},
    onError: (error) => errors.push(error),
    compact: (index, data) => compacted.push({ index, data }),
  });
  const settle = () => simulation.run(() => simulation.clock.sleep(ms(10)));
  return { logs, errors, compacted, applier, settle };
}

Deno.test("PlainApplier accepts a log, the same log after a restart, and ignores snapshots", () => {
  const { applier, errors, logs } = plain();
  const first = applier(0);
  for (const index of [1, 2, 3]) first.deliver(entry(index));
  first.stop();
  const second = applier(0);
  second.deliver(snapshot(9, new Uint8Array(0)));
  for (const index of [1, 2, 3, 4]) second.deliver(entry(index));
  assert.deepEqual(errors, []);
  assert.equal(logs.maxIndex, 4);
});

Deno.test("PlainApplier rejects a gap, another value, bytes that are no command, and the dead", () => {
  const { applier, errors } = plain();
  const first = applier(0);
  first.deliver(entry(1));
  first.deliver(entry(3));
  applier(1).deliver(entry(1, 11));
  const noOp = entry(2).kind === "entry" ? { index: logIndex(2), term: term(1) } : undefined;
  first.deliver({ kind: "entry", entry: { ...noOp!, kind: "noOp", command: new Uint8Array(0) } });
  first.stop();
  first.deliver(entry(2));
  assert.deepEqual(errors.map((error) => error.slice(0, 36)), [
    "server 0 apply out of order 3",
    "commit index=1 server=1 11 != server",
    "server 0 command 2 cannot be decoded",
    "server 0 applied after it was killed",
  ]);
});

Deno.test("SnapshotApplier compacts behind 9, 19, 29, … and takes nothing while it is at work", async () => {
  const { applier, compacted, errors, logs, settle } = snapshotting();
  for (let index = 1; index <= 25; index++) applier.deliver(entry(index));
  assert.equal(logs.maxIndex, 9, "the tenth waits until the snapshot is made");
  await settle();
  assert.deepEqual(compacted.map(({ index }) => index), [9, 19]);
  assert.deepEqual(decodeSnapshot(compacted[1]!.data), decodeSnapshot(snapshotUpTo(19)));
  assert.equal(logs.maxIndex, 25);
  assert.deepEqual(errors, []);
});

Deno.test("SnapshotApplier goes on behind a snapshot, one from the leader or one from before the restart", () => {
  const restarted = snapshotting(9);
  ingestSnapshot(restarted.logs, 0, snapshotUpTo(9), undefined);
  restarted.applier.deliver(entry(10));
  restarted.applier.deliver(snapshot(15, snapshotUpTo(15)));
  restarted.applier.deliver(entry(16));
  assert.deepEqual(restarted.errors, []);
  assert.equal(restarted.logs.nCommitted(12).command, 120);
});

Deno.test("SnapshotApplier rejects a gap, a repetition, and entries that a restart has in its snapshot", () => {
  for (
    const [lastApplied, indexes, error] of [
      [0, [2], "server 0 apply out of order, expected index 1, got 2"],
      [0, [1, 1], "server 0 apply out of order, expected index 2, got 1"],
      [9, [1], "server 0 apply out of order, expected index 10, got 1"],
    ] as const
  ) {
    const { applier, errors } = snapshotting(lastApplied);
    for (const index of indexes) applier.deliver(entry(index));
    assert.deepEqual(errors, [error]);
  }
});

Deno.test("SnapshotApplier: a snapshot that is older than what was applied moves it back, and that shows", () => {
  const { applier, errors } = snapshotting();
  for (let index = 1; index <= 5; index++) applier.deliver(entry(index));
  applier.deliver(snapshot(3, snapshotUpTo(3)));
  applier.deliver(entry(6));
  assert.deepEqual(errors, ["server 0 apply out of order, expected index 4, got 6"]);
});

Deno.test("SnapshotApplier rejects a snapshot that is empty, damaged, or of another index", () => {
  const { applier, errors } = snapshotting();
  applier.deliver(snapshot(5, new Uint8Array(0)));
  applier.deliver(snapshot(5, new Uint8Array([0x93])));
  applier.deliver(snapshot(5, snapshotUpTo(6)));
  assert.deepEqual(errors.map((error) => error.slice(9, 50)), [
    "has an empty snapshot",
    "snapshot cannot be decoded: The bytes are",
    "snapshot does not match its index: 6, not",
  ]);
});

Deno.test("SnapshotApplier.stop() drops the snapshot in the making and all that waits behind it", async () => {
  const { applier, compacted, errors, logs, settle } = snapshotting();
  for (let index = 1; index <= 25; index++) applier.deliver(entry(index));
  applier.stop();
  await settle();
  assert.deepEqual(compacted, []);
  assert.equal(logs.maxIndex, 9);
  applier.deliver(entry(10));
  assert.deepEqual(errors, ["server 0 applied after it was killed"]);
});
