/** What every {@linkcode Storage} must do while its disk is sound. */

import assert from "node:assert/strict";
import {
  type DurableBatch,
  type HardState,
  type LogEntry,
  logIndex,
  serverId,
  type Snapshot,
  term,
} from "../../core/base/durable.ts";
import type { Clock, Storage } from "../../core/base/ports.ts";
import { eventually } from "./eventually.ts";

/** The place where one server keeps its data. */
export interface StorageWorld {
  readonly clock: Clock;
  /** Starts the server's process again, after ending the one before, if there was one; its data stay. */
  open(): Storage | Promise<Storage>;
}

/** Runs a test's body with a fresh place, and with whatever makes that world go. */
export type WithStorage = (body: (world: StorageWorld) => Promise<void>) => Promise<void>;

/** Registers the tests of a storage called `name`. */
export function storageSuite(name: string, withStorage: WithStorage): void {
  const test = (behaviour: string, body: (world: StorageWorld) => Promise<void>) =>
    Deno.test(`${name}: ${behaviour}`, () => withStorage(body));

  test("nothing is stored before the first batch", async (world) => {
    const { hardState, snapshot, entries } = (await world.open()).load();
    assert.equal(hardState, undefined);
    assert.equal(snapshot, undefined);
    assert.deepEqual(entries, []);
  });

  test("term and vote are loaded as they were persisted", async (world) => {
    for (const state of [hardState(1, 2), hardState(2), hardState(70_000, 0)]) {
      await persist(world, await world.open(), { hardState: state });
      assert.deepEqual((await world.open()).load().hardState, state);
    }
  });

  test("entries are loaded as they were persisted: of each kind, of each size", async (world) => {
    const entries: LogEntry[] = [
      entry(1, 1, 0),
      { index: logIndex(2), term: term(3), kind: "noOp", command: new Uint8Array(0) },
      entry(3, 3, 1),
      entry(4, 300_000, 100_000),
    ];
    await persist(world, await world.open(), { entries });
    assert.deepEqual((await world.open()).load().entries, entries);
  });

  test("entries are added to those of earlier batches", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2)] });
    await persist(world, storage, { entries: [entry(3)] });
    await persist(world, await world.open(), { entries: [entry(4)] });
    await expectLog(world, 0, [1, 1], [2, 1], [3, 1], [4, 1]);
  });

  test("entries replace what stands at and behind the first of them", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2), entry(3), entry(4)] });
    await persist(world, storage, { entries: [entry(2, 5)] });
    await expectLog(world, 0, [1, 1], [2, 5]);
  });

  test("a snapshot replaces the log up to its index and keeps the rest", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2), entry(3), entry(4)] });
    await persist(world, storage, { snapshot: snapshot(2, 500) });
    await expectLog(world, 2, [3, 1], [4, 1]);
    assert.deepEqual((await world.open()).load().snapshot, snapshot(2, 500));
  });

  test("a snapshot may discard the whole log", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2), entry(3)] });
    await persist(world, storage, { snapshot: snapshot(2, 500), discardLog: true });
    await expectLog(world, 2);
  });

  test("a snapshot may lie beyond the log", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1)] });
    await persist(world, storage, { snapshot: snapshot(10, 3), discardLog: true });
    await persist(world, storage, { entries: [entry(11, 4)] });
    await expectLog(world, 10, [11, 4]);
  });

  test("a newer snapshot takes the place of an older one", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2), entry(3)] });
    await persist(world, storage, { snapshot: snapshot(1, 1000) });
    await persist(world, storage, { snapshot: snapshot(3, 0) });
    await expectLog(world, 3);
    assert.deepEqual((await world.open()).load().snapshot, snapshot(3, 0));
  });

  test("the parts of a batch take effect in their order", async (world) => {
    const storage = await world.open();
    await persist(world, storage, { entries: [entry(1), entry(2), entry(3)] });
    await persist(world, storage, {
      hardState: hardState(2, 1),
      snapshot: snapshot(2, 10),
      discardLog: true,
      entries: [entry(3, 2), entry(4, 2)],
    });
    await expectLog(world, 2, [3, 2], [4, 2]);
    assert.deepEqual((await world.open()).load().hardState, hardState(2, 1));
  });

  test("onDurable runs once for each batch, in the order of the batches", async (world) => {
    const storage = await world.open();
    const durable: number[] = [];
    for (let i = 1; i <= 50; i++) {
      storage.persist({ entries: [entry(i)] }, () => durable.push(i));
    }
    await eventually(world.clock, "50 batches are durable", () => durable.length >= 50);
    assert.deepEqual(durable, Array.from({ length: 50 }, (_, i) => i + 1));
    assert.equal((await world.open()).load().entries.length, 50);
  });

  test("onDurable may persist another batch", async (world) => {
    const storage = await world.open();
    let count = 0;
    const more = () => {
      count++;
      if (count < 20) storage.persist({ hardState: hardState(count) }, more);
    };
    storage.persist({ hardState: hardState(0) }, more);
    await eventually(world.clock, "20 batches are durable", () => count === 20);
    assert.deepEqual((await world.open()).load().hardState, hardState(19));
  });

  test("what a batch refers to may be changed when it is durable", async (world) => {
    const storage = await world.open();
    const data = new Uint8Array(100).fill(1);
    await persist(world, storage, {
      snapshot: { lastIncludedIndex: logIndex(1), lastIncludedTerm: term(1), data },
    });
    data.fill(2);
    for (let i = 0; i < 400; i++) await persist(world, storage, { hardState: hardState(i) });
    assert.deepEqual((await world.open()).load().snapshot?.data, new Uint8Array(100).fill(1));
  });

  test("a long life of many batches is loaded as it ended", async (world) => {
    let storage = await world.open();
    for (let i = 1; i <= 400; i++) {
      const batch: DurableBatch = {
        hardState: hardState(i, i % 3),
        entries: [entry(i, i, 20), entry(i + 1, i, 20)],
        ...(i % 50 === 0 && { snapshot: snapshot(i - 10, 200) }),
      };
      if (i % 100 === 0) storage = await world.open();
      await persist(world, storage, batch);
    }
    const { hardState: last, entries } = (await world.open()).load();
    assert.deepEqual(last, hardState(400, 1));
    assert.deepEqual(entries.map(({ index }) => index), numbers(391, 401));
    assert.deepEqual(entries.map(({ term }) => term), [...numbers(391, 400), 400]);
  });
}

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

function hardState(inTerm: number, vote?: number): HardState {
  return { currentTerm: term(inTerm), votedFor: vote === undefined ? undefined : serverId(vote) };
}

function entry(index: number, inTerm = 1, bytes = 8): LogEntry {
  const command = new Uint8Array(bytes).map((_, i) => index + i);
  return { index: logIndex(index), term: term(inTerm), kind: "command", command };
}

function snapshot(index: number, bytes: number): Snapshot {
  const data = new Uint8Array(bytes).map((_, i) => index ^ i);
  return { lastIncludedIndex: logIndex(index), lastIncludedTerm: term(1), data };
}

async function persist(world: StorageWorld, storage: Storage, batch: DurableBatch): Promise<void> {
  let durable = false;
  storage.persist(batch, () => durable = true);
  if (!durable) await eventually(world.clock, "a batch is durable", () => durable);
}

/** Checks what is loaded: the snapshot's index (0 for none), and each entry's index and term. */
async function expectLog(
  world: StorageWorld,
  lastIncludedIndex: number,
  ...expected: [index: number, term: number][]
): Promise<void> {
  const { snapshot, entries } = (await world.open()).load();
  assert.equal(snapshot?.lastIncludedIndex ?? 0, lastIncludedIndex);
  assert.deepEqual(entries.map((entry) => [entry.index, entry.term]), expected);
}
