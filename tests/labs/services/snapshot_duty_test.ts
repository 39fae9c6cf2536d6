import assert from "node:assert/strict";
import { NO_BYTES } from "../../../core/base/bytes.ts";
import { logIndex, term } from "../../../core/base/durable.ts";
import type { Input } from "../../../core/raft/io.ts";
import { entriesFrom, fakeView, QUIET_INPUT, QUIET_OUTPUT } from "../harness/fakes.ts";
import { SnapshotDuty } from "./snapshot_duty.ts";

const COMPACT: Input = { kind: "compact", index: logIndex(1), data: NO_BYTES };
const DURABLE: Input = { kind: "durable", sequence: 5 };

/** A server whose Raft state has 100 bytes for each entry, and should take a snapshot at 1000. */
class Server {
  bytes = 0;
  readonly #duty = new SnapshotDuty(1000, () => this.bytes);
  #applied = 0;

  apply(count: number): void {
    for (let step = 0; step < count; step++) {
      this.bytes += 100;
      const [entry] = entriesFrom(++this.#applied, [1]);
      this.#step(QUIET_INPUT, { ...QUIET_OUTPUT, apply: [{ kind: "entry", entry: entry! }] });
    }
  }

  /** The leader's snapshot, which a slow disk is still writing behind this step. */
  install(): void {
    const snapshot = {
      lastIncludedIndex: logIndex(++this.#applied),
      lastIncludedTerm: term(1),
      data: NO_BYTES,
    };
    const apply = [{ kind: "snapshot", snapshot }] as const;
    this.#step(QUIET_INPUT, { ...QUIET_OUTPUT, persist: { sequence: 5, snapshot }, apply });
  }

  compact(): void {
    this.#step(COMPACT, { ...QUIET_OUTPUT, persist: { sequence: 5 } });
  }

  durable(): void {
    this.bytes = 0;
    this.#step(DURABLE, QUIET_OUTPUT);
  }

  #step(input: Input, output: typeof QUIET_OUTPUT): void {
    this.#duty.onStep(fakeView({ lastApplied: logIndex(this.#applied) }), input, output);
  }
}

Deno.test("SnapshotDuty: a server that goes on without a snapshot is found, and since when", () => {
  const server = new Server();
  server.apply(38);
  assert.throws(() => server.apply(1), {
    property: "SnapshotsWhenDue",
    message: "SnapshotsWhenDue: server 0 takes no snapshot, and applies entries up to 39; since " +
      "entry 10 its Raft state has had the 1000 bytes at which a snapshot is due, and has 3900 now",
  });
});

Deno.test("SnapshotDuty: a server that takes its snapshots is sound, however long the disk needs", () => {
  const server = new Server();
  for (let round = 0; round < 3; round++) {
    server.apply(15);
    server.compact();
    server.apply(100);
    server.durable();
  }
});

Deno.test("SnapshotDuty: a server that is sent snapshots faster than its disk can write is sound", () => {
  const server = new Server();
  server.apply(15);
  for (let round = 0; round < 100; round++) {
    server.install();
    server.apply(1);
  }
  server.durable();
  server.apply(38);
  assert.throws(() => server.apply(1), { property: "SnapshotsWhenDue" });
});

Deno.test("SnapshotDuty: a snapshot that is out of date is none on its way", () => {
  const duty = new SnapshotDuty(0, () => 1);
  const [entry] = entriesFrom(1, [1]);
  const output = { ...QUIET_OUTPUT, apply: [{ kind: "entry", entry: entry! }] } as const;
  assert.throws(() => {
    for (let step = 0; step < 30; step++) duty.onStep(fakeView(), QUIET_INPUT, output);
  }, { property: "SnapshotsWhenDue" });
  duty.onStep(fakeView(), COMPACT, QUIET_OUTPUT);
  for (let step = 0; step < 29; step++) duty.onStep(fakeView(), QUIET_INPUT, output);
  assert.throws(() => duty.onStep(fakeView(), QUIET_INPUT, output));
});
