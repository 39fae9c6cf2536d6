/** What a log must hold after a sequence of batches, found the slow and obvious way. */

import {
  type DurableBatch,
  type HardState,
  type LogEntry,
  logIndex,
  type Recovered,
  serverId,
  type Snapshot,
  term,
} from "../../core/base/durable.ts";

const NOTHING: Recovered = { hardState: undefined, snapshot: undefined, entries: [] };

/** The states that a log may be in after each of a sequence of batches. */
export class Model {
  readonly #inBackground: boolean;
  readonly #allowed: Map<string, Recovered>[];
  /** The state after all batches, with all snapshots in place. */
  #newest: Recovered;

  /** With `inBackground`, a snapshot that only compacts the log may or may not be there. */
  constructor(inBackground = false, start: Recovered = NOTHING) {
    this.#inBackground = inBackground;
    this.#newest = start;
    this.#allowed = [new Map([[describe(start), start]])];
  }

  /** How many batches were submitted. */
  get submitted(): number {
    return this.#allowed.length - 1;
  }

  /** The last index, and the index of the snapshot, after all batches. */
  get lastIndex(): number {
    const state = this.#newest;
    return state.entries.at(-1)?.index ?? this.snapshotIndex;
  }

  get snapshotIndex(): number {
    return this.#newest.snapshot?.lastIncludedIndex ?? 0;
  }

  /** Adds a batch. */
  submit(batch: DurableBatch): void {
    const isCompaction = batch.snapshot !== undefined && !batch.discardLog;
    const allowed = new Map<string, Recovered>();
    const { snapshot: _, ...rest } = batch;
    const add = (state: Recovered) => allowed.set(describe(state), state);
    for (const state of this.#allowed.at(-1)!.values()) {
      if (isCompaction && this.#inBackground) add(after(state, rest));
      add(after(state, batch));
    }
    this.#allowed.push(allowed);
    this.#newest = after(this.#newest, batch);
  }

  /** Returns after how many batches a log may be in that state, at least `acknowledged`; -1 if never. */
  find(recovered: Recovered, acknowledged: number, submitted = this.submitted): number {
    const text = describe(recovered);
    for (let count = acknowledged; count <= submitted; count++) {
      if (this.#allowed[count]!.has(text)) return count;
    }
    return -1;
  }
}

/** Returns the state that a batch makes of another. */
export function after(state: Recovered, batch: DurableBatch): Recovered {
  const { hardState = state.hardState, snapshot = state.snapshot, discardLog } = batch;
  const base = snapshot?.lastIncludedIndex ?? 0;
  const first = batch.entries?.[0]?.index ?? Infinity;
  const kept = discardLog ? [] : state.entries.filter(({ index }) => index > base && index < first);
  return { hardState, snapshot, entries: [...kept, ...batch.entries ?? []] };
}

/** Returns a text that is equal for equal states. */
export function describe({ hardState, snapshot, entries }: Recovered): string {
  return JSON.stringify([
    hardState && [hardState.currentTerm, hardState.votedFor ?? null],
    snapshot && [snapshot.lastIncludedIndex, snapshot.lastIncludedTerm, digest(snapshot.data)],
    entries.map(({ index, term, kind, command }) => [index, term, kind, digest(command)]),
  ]);
}

function digest(bytes: Uint8Array): string {
  return bytes.length > 4 && bytes.every((byte) => byte === bytes[0])
    ? `${bytes.length} times ${bytes[0]}`
    : bytes.join();
}

/** An entry with a command of so many bytes. */
export function entry(index: number, inTerm = 1, bytes = 8): LogEntry {
  const command = new Uint8Array(bytes).fill(index + inTerm);
  return { index: logIndex(index), term: term(inTerm), kind: "command", command };
}

/** Consecutive entries. */
export function entries(first: number, last: number, inTerm = 1, bytes = 8): LogEntry[] {
  return Array.from({ length: last - first + 1 }, (_, i) => entry(first + i, inTerm, bytes));
}

/** Term and vote. */
export function hardState(inTerm: number, vote?: number): HardState {
  return { currentTerm: term(inTerm), votedFor: vote === undefined ? undefined : serverId(vote) };
}

/** A snapshot with so many bytes of data. */
export function snapshot(index: number, inTerm = 1, bytes = 40): Snapshot {
  return {
    lastIncludedIndex: logIndex(index),
    lastIncludedTerm: term(inTerm),
    data: new Uint8Array(bytes).fill(index),
  };
}
