/**
 * Keeps account of what of a server's state has been handed to storage, and what is durable. The rest of
 * the core only says what changed; batches are formed once, at the end of a step.
 */

import { type HardState, type LogIndex, logIndex, type Snapshot } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import type { PersistBatch, PersistSequence } from "./io.ts";
import type { RaftLog } from "./log.ts";

/** A batch that storage is writing. */
interface Pending {
  readonly sequence: PersistSequence;
  /** The last entry that is durable once this batch is. */
  lastIndex: LogIndex;
}

/** The account. */
export class Durability {
  /** The last batch formed. */
  sequence: PersistSequence = 0;
  /** The last batch known to be durable. */
  durableSequence: PersistSequence = 0;
  /** The last entry on this server's stable storage. */
  durableIndex: LogIndex;

  #hardStateChanged = false;
  /** The last batch that holds `currentTerm` and `votedFor`. */
  #hardStateSequence: PersistSequence = 0;
  #entriesFrom: LogIndex | undefined;
  #snapshot: { readonly snapshot: Snapshot; readonly discardLog: boolean } | undefined;
  #pending: Pending[] = [];

  /** Starts with everything durable that storage held, up to `durableIndex`. */
  constructor(durableIndex: LogIndex) {
    this.durableIndex = durableIndex;
  }

  /** Whether `currentTerm` and `votedFor` are on stable storage as they are now. */
  get isHardStateDurable(): boolean {
    return !this.#hardStateChanged && this.#hardStateSequence <= this.durableSequence;
  }

  /** `currentTerm` or `votedFor` changed. */
  hardStateChanged(): void {
    this.#hardStateChanged = true;
  }

  /** The log was appended to at `first`, or cut there and appended to. */
  entriesChanged(first: LogIndex): void {
    this.#entriesFrom = logIndex(Math.min(first, this.#entriesFrom ?? first));
    this.#forgetFrom(first);
  }

  /** A new snapshot; with `discardLog`, nothing of the stored log is valid any more. */
  snapshotChanged(snapshot: Snapshot, discardLog: boolean): void {
    this.#snapshot = { snapshot, discardLog };
    if (discardLog) {
      this.#entriesFrom = undefined;
      this.#forgetFrom(logIndex(0));
    }
  }

  /** Forms the batch of all that changed since the last one, or `undefined` if nothing did. */
  takeBatch({ currentTerm, votedFor }: HardState, log: RaftLog): PersistBatch | undefined {
    const entriesFrom = this.#entriesFrom;
    if (!this.#hardStateChanged && entriesFrom === undefined && this.#snapshot === undefined) {
      return undefined;
    }
    this.sequence++;
    if (this.#hardStateChanged) this.#hardStateSequence = this.sequence;
    const batch: PersistBatch = {
      sequence: this.sequence,
      ...(this.#hardStateChanged && { hardState: { currentTerm, votedFor } }),
      ...this.#snapshot,
      ...(entriesFrom !== undefined && { entries: log.slice(entriesFrom) }),
    };
    this.#hardStateChanged = false;
    this.#entriesFrom = undefined;
    this.#snapshot = undefined;
    this.#pending.push({ sequence: this.sequence, lastIndex: log.lastIndex });
    return batch;
  }

  /** The batch of `sequence`, and all before it, are durable. */
  onDurable(sequence: PersistSequence): void {
    invariant(
      sequence <= this.sequence,
      "DurableAfterPersist",
      () => `batch ${sequence} is reported durable, ${this.sequence} is the last one handed over`,
    );
    this.durableSequence = Math.max(this.durableSequence, sequence);
    while (this.#pending.length > 0 && this.#pending[0]!.sequence <= sequence) {
      this.durableIndex = this.#pending.shift()!.lastIndex;
    }
  }

  /** What storage writes or holds at `first` and behind is not our log any more. */
  #forgetFrom(first: LogIndex): void {
    const last = Math.max(0, first - 1);
    this.durableIndex = logIndex(Math.min(this.durableIndex, last));
    for (const pending of this.#pending) {
      pending.lastIndex = logIndex(Math.min(pending.lastIndex, last));
    }
  }
}
