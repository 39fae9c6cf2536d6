import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DurableBatch,
  type HardState,
  type LogEntry,
  logIndex,
  type Recovered,
  serverId,
  type Snapshot,
  term,
} from "../base/durable.ts";
import { DamagedDataError } from "../base/errors.ts";
import { ms } from "../base/units.ts";
import { macrotask } from "../host/macrotask.ts";
import { SimDisk } from "./disk.ts";
import { Simulation } from "./simulation.ts";
import { SimStorage } from "./storage.ts";

fc.configureGlobal({ seed: 824 });

function simulate<T>(seed: number, script: (simulation: Simulation) => Promise<T>): Promise<T> {
  const simulation = new Simulation({ seed: BigInt(seed), macrotask });
  return simulation.run(() => script(simulation));
}

function entry(index: number, inTerm = 1, bytes = 10): LogEntry {
  return {
    index: logIndex(index),
    term: term(inTerm),
    kind: "command",
    command: new Uint8Array(bytes).fill(index),
  };
}

function hardState(inTerm: number, vote?: number): HardState {
  return { currentTerm: term(inTerm), votedFor: vote === undefined ? undefined : serverId(vote) };
}

function snapshot(index: number, bytes = 100): Snapshot {
  return {
    lastIncludedIndex: logIndex(index),
    lastIncludedTerm: term(1),
    data: new Uint8Array(bytes).fill(index),
  };
}

const ignore = () => {};

/** What the batches amount to, found the slow and obvious way. */
class Oracle {
  hardState: HardState | undefined;
  snapshot: Snapshot | undefined;
  entries: readonly LogEntry[] = [];

  constructor(start?: Recovered) {
    if (start !== undefined) Object.assign(this, start);
  }

  get lastIndex(): number {
    return this.entries.at(-1)?.index ?? this.snapshot?.lastIncludedIndex ?? 0;
  }

  apply(batch: DurableBatch): void {
    if (batch.hardState) this.hardState = batch.hardState;
    if (batch.snapshot) {
      const { lastIncludedIndex } = batch.snapshot;
      this.snapshot = batch.snapshot;
      this.entries = batch.discardLog
        ? []
        : this.entries.filter((entry) => entry.index > lastIncludedIndex);
    }
    const first = batch.entries?.[0];
    if (first) {
      const kept = this.entries.filter((entry) => entry.index < first.index);
      this.entries = [...kept, ...batch.entries!];
    }
  }
}

/** A text that is equal for equal states. */
function describe(state: Recovered | Oracle): string {
  const { hardState, snapshot, entries } = state;
  return JSON.stringify([
    hardState && [hardState.currentTerm, hardState.votedFor ?? null],
    snapshot && [snapshot.lastIncludedIndex, snapshot.lastIncludedTerm, [...snapshot.data]],
    entries.map((entry) => [entry.index, entry.term, entry.kind, [...entry.command]]),
  ]);
}

type Step =
  | { readonly kind: "vote"; readonly vote: number | undefined }
  | { readonly kind: "append"; readonly back: number; readonly count: number; bytes: number }
  | { readonly kind: "snapshot"; readonly ahead: number; readonly discard: boolean }
  | { readonly kind: "sleep"; readonly span: number }
  | { readonly kind: "crash" }
  | { readonly kind: "restart" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("vote" as const),
    vote: fc.option(fc.nat(4), { nil: undefined }),
  }),
  fc.record({
    kind: fc.constant("append" as const),
    back: fc.nat(3),
    count: fc.integer({ min: 1, max: 5 }),
    bytes: fc.nat(60),
  }),
  fc.record({
    kind: fc.constant("snapshot" as const),
    ahead: fc.integer({ min: -4, max: 4 }),
    discard: fc.boolean(),
  }),
  fc.record({ kind: fc.constant("sleep" as const), span: fc.nat(8) }),
  fc.constant({ kind: "crash" as const }),
  fc.constant({ kind: "restart" as const }),
);

/** Turns a step into a batch that a Raft server might write in that state. */
function toBatch(step: Step, state: Oracle, count: number): DurableBatch {
  const base = state.snapshot?.lastIncludedIndex ?? 0;
  switch (step.kind) {
    case "append": {
      const first = Math.max(base + 1, state.lastIndex + 1 - step.back);
      const entries = Array.from(
        { length: step.count },
        (_, i) => entry(first + i, count, step.bytes),
      );
      return { entries };
    }
    case "snapshot": {
      const index = Math.max(base + 1, state.lastIndex + step.ahead);
      const beyond = index > state.lastIndex;
      return { snapshot: snapshot(index), discardLog: step.discard || beyond };
    }
    default:
      return { hardState: hardState(count, step.kind === "vote" ? step.vote : undefined) };
  }
}

Deno.test("SimStorage recovers a state between the last durable and the last written batch", async () => {
  const scenario = fc.record({
    seed: fc.nat(),
    slow: fc.boolean(),
    steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(scenario, ({ seed, slow, steps }) =>
      simulate(seed, async (simulation) => {
        const disk = new SimDisk(simulation, { syncDelayMax: ms(slow ? 5 : 0) });
        let storage = new SimStorage(disk);
        let state = new Oracle();
        // The state after each batch since the last start, and how many of them are known to be durable.
        let states = [describe(state)];
        let acknowledged = 0;
        const reopen = () => {
          storage = new SimStorage(disk);
          const recovered = storage.load();
          const at = states.indexOf(describe(recovered), acknowledged);
          assert.ok(at >= 0, `${describe(recovered)} is none of ${states.slice(acknowledged)}`);
          state = new Oracle(recovered);
          states = [describe(state)];
          acknowledged = 0;
        };
        for (const [count, step] of [...steps, { kind: "crash" as const }].entries()) {
          if (step.kind === "sleep") {
            await simulation.clock.sleep(ms(step.span));
          } else if (step.kind === "crash") {
            disk.crash();
            reopen();
          } else if (step.kind === "restart") {
            reopen();
          } else {
            const batch = toBatch(step, state, count);
            state.apply(batch);
            const number = states.push(describe(state)) - 1;
            storage.persist(batch, () => {
              assert.equal(number, acknowledged + 1, "batches become durable in order");
              acknowledged = number;
            });
          }
        }
      })),
    { numRuns: 400 },
  );
});

Deno.test("SimStorage notices every single flipped bit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.nat(),
      fc.integer({ min: 1, max: 12 }),
      (seed, count) =>
        simulate(seed, (simulation) => {
          const disk = new SimDisk(simulation);
          const storage = new SimStorage(disk);
          for (let i = 1; i <= count; i++) {
            storage.persist({ hardState: hardState(i, 0), entries: [entry(i)] }, ignore);
          }
          disk.flipBit("raft");
          disk.crash();
          assert.throws(() => new SimStorage(disk), DamagedDataError);
          return Promise.resolve();
        }),
    ),
    { numRuns: 300 },
  );
});

Deno.test("SimStorage.persist() ends within the call on a disk whose syncs take no time", () =>
  simulate(1, (simulation) => {
    const storage = new SimStorage(new SimDisk(simulation));
    let durable = false;
    storage.persist({ hardState: hardState(1) }, () => durable = true);
    assert.ok(durable);
    return Promise.resolve();
  }));

Deno.test("SimStorage writes the batches that come during a sync together", () =>
  simulate(1, async (simulation) => {
    const disk = new SimDisk(simulation, { syncDelayMin: ms(10), syncDelayMax: ms(10) });
    const storage = new SimStorage(disk);
    const durable: string[] = [];
    for (const name of ["a", "b", "c"]) {
      const batch = { hardState: hardState(durable.length + 1) };
      storage.persist(batch, () => durable.push(`${name} at ${simulation.clock.now()}`));
    }
    await simulation.clock.sleep(ms(100));
    assert.deepEqual(durable, ["a at 10", "b at 20", "c at 20"]);
  }));

Deno.test("SimStorage keeps the order of batches that are persisted from onDurable", () =>
  simulate(1, async (simulation) => {
    const disk = new SimDisk(simulation, { syncDelayMin: ms(1), syncDelayMax: ms(1) });
    const storage = new SimStorage(disk);
    const durable: string[] = [];
    storage.persist({ hardState: hardState(1) }, () => durable.push("a"));
    storage.persist({ hardState: hardState(2) }, () => {
      durable.push("b");
      disk.setSyncDelay(ms(0), ms(0));
      storage.persist({ hardState: hardState(4) }, () => durable.push("d"));
    });
    storage.persist({ hardState: hardState(3) }, () => durable.push("c"));
    await simulation.clock.sleep(ms(10));
    assert.deepEqual(durable, ["a", "b", "c", "d"]);
    assert.equal(new SimStorage(disk).load().hardState?.currentTerm, 4);
  }));

Deno.test("SimStorage replaces a snapshot and its log as one step, wherever a crash comes", async () => {
  const seen = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    await simulate(seed, (simulation) => {
      const disk = new SimDisk(simulation);
      const storage = new SimStorage(disk);
      const entries = [1, 2, 3, 4, 5].map((index) => entry(index));
      storage.persist({ snapshot: snapshot(0), entries }, ignore);
      disk.stall();
      storage.persist({ snapshot: snapshot(3) }, ignore);
      disk.crash();
      const { snapshot: kept, entries: behind } = new SimStorage(disk).load();
      seen.add(`${kept?.lastIncludedIndex} then ${behind.map(({ index }) => index)}`);
      return Promise.resolve();
    });
  }
  assert.deepEqual([...seen].sort(), ["0 then 1,2,3,4,5", "3 then 4,5"]);
});

Deno.test("SimStorage.raftStateSize() stays far below the bound of lab 2D", () =>
  simulate(1, (simulation) => {
    const storage = new SimStorage(new SimDisk(simulation));
    let largest = 0;
    for (let index = 1; index <= 300; index++) {
      storage.persist({ entries: [entry(index, 9)] }, ignore);
      if (index % 3 === 0) storage.persist({ hardState: hardState(index, 2) }, ignore);
      if (index % 10 === 9 && index > 15) {
        storage.persist({ snapshot: snapshot(index - 15, 2000) }, ignore);
      }
      largest = Math.max(largest, storage.raftStateSize());
    }
    assert.ok(largest < 1200, `${largest} bytes`);
    assert.equal(storage.snapshotSize(), 2000);
    return Promise.resolve();
  }));

Deno.test("SimStorage rewrites a log that is mostly garbage", () =>
  simulate(1, (simulation) => {
    const disk = new SimDisk(simulation);
    const storage = new SimStorage(disk);
    storage.persist({ entries: [entry(1)] }, ignore);
    for (let i = 1; i <= 10_000; i++) storage.persist({ hardState: hardState(i) }, ignore);
    assert.ok(storage.raftStateSize() <= 1024, `${storage.raftStateSize()} bytes`);
    const { hardState: last, entries } = new SimStorage(disk).load();
    assert.equal(last?.currentTerm, 10_000);
    assert.equal(entries.length, 1);
    return Promise.resolve();
  }));

for (const operation of ["append", "replace", "sync"] as const) {
  Deno.test(`SimStorage stops for ever when its disk fails to ${operation}`, () =>
    simulate(1, async (simulation) => {
      const disk = new SimDisk(simulation, { syncDelayMin: ms(1), syncDelayMax: ms(1) });
      const storage = new SimStorage(disk);
      let durable = 0;
      storage.persist({ hardState: hardState(1) }, () => durable++);
      await simulation.clock.sleep(ms(5));
      disk.failNext(operation);
      const batch = operation === "replace" ? { snapshot: snapshot(1) } : { entries: [entry(1)] };
      for (let i = 0; i < 3; i++) storage.persist(batch, () => durable++);
      await simulation.clock.sleep(ms(5));
      storage.persist({ hardState: hardState(3) }, () => durable++);
      await simulation.clock.sleep(ms(5));
      assert.equal(durable, 1);
      assert.equal(storage.failure?.reason, "error");
      assert.equal(new SimStorage(disk).load().hardState?.currentTerm, 1);
    }));
}

Deno.test("SimStorage stops when the disk is full, and recovers what was durable", () =>
  simulate(1, (simulation) => {
    const disk = new SimDisk(simulation, { capacity: 50 });
    const storage = new SimStorage(disk);
    storage.persist({ entries: [entry(1)] }, ignore);
    storage.persist({ entries: [entry(2, 1, 1000)] }, () => assert.fail("it is not durable"));
    assert.equal(storage.failure?.reason, "full");
    disk.crash();
    assert.deepEqual(new SimStorage(disk).load().entries, [entry(1)]);
    return Promise.resolve();
  }));

Deno.test("SimStorage of a life before a crash of the disk writes nothing", () =>
  simulate(1, (simulation) => {
    const disk = new SimDisk(simulation);
    const storage = new SimStorage(disk);
    disk.crash();
    storage.persist({ hardState: hardState(1) }, () => assert.fail("it is not durable"));
    assert.equal(new SimStorage(disk).load().hardState, undefined);
    return Promise.resolve();
  }));
