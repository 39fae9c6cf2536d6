/** What a sequence of batches amounts to. */

import type { DurableBatch, HardState, LogEntry, Recovered, Snapshot } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";

/** What an entry takes in a record beside its command, at most, while terms are below 16,384. */
const ENTRY_OVERHEAD_BYTES = 5;

/** What a record takes beside its entries and the snapshot's data, about. */
const RECORD_OVERHEAD_BYTES = 32;

/** The state that batches build up, one after the other. */
export class StoredState implements Recovered {
  #hardState: HardState | undefined;
  #snapshot: Snapshot | undefined;
  readonly #entries: LogEntry[] = [];
  #entryBytes = 0;

  get hardState(): HardState | undefined {
    return this.#hardState;
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  /** About how many bytes one record of all this takes, without the snapshot's data. */
  get compactBytes(): number {
    return RECORD_OVERHEAD_BYTES + this.#entryBytes;
  }

  /** Applies one batch, in the order of its fields. */
  apply(batch: DurableBatch): void {
    if (batch.hardState) this.#hardState = batch.hardState;
    if (batch.snapshot) this.#setSnapshot(batch.snapshot, batch.discardLog ?? false);
    if (batch.entries && batch.entries.length > 0) this.#setEntries(batch.entries);
  }

  /** Returns the batch that builds up the same state from nothing. */
  toBatch(): DurableBatch {
    return {
      ...(this.#hardState && { hardState: this.#hardState }),
      ...(this.#snapshot && { snapshot: this.#snapshot }),
      entries: this.#entries,
    };
  }

  #setSnapshot(snapshot: Snapshot, discardLog: boolean): void {
    const covered = discardLog
      ? this.#entries.length
      : snapshot.lastIncludedIndex - this.#lastBeforeEntries;
    this.#forget(0, Math.min(Math.max(covered, 0), this.#entries.length));
    // The caller may use its bytes for something else; a later rewrite needs them as they are.
    this.#snapshot = { ...snapshot, data: snapshot.data.slice() };
  }

  #setEntries(entries: readonly LogEntry[]): void {
    const at = entries[0]!.index - this.#lastBeforeEntries - 1;
    invariant(
      at >= 0 && at <= this.#entries.length,
      "StoredLogHasNoGap",
      () =>
        `entries from index ${entries[0]!.index} do not follow a log from index ` +
        `${this.#lastBeforeEntries + 1} with ${this.#entries.length} entries`,
    );
    this.#forget(at, this.#entries.length - at);
    for (const entry of entries) {
      this.#entries.push(entry);
      this.#entryBytes += entry.command.length + ENTRY_OVERHEAD_BYTES;
    }
  }

  #forget(at: number, count: number): void {
    if (count === 0) return;
    for (const entry of this.#entries.splice(at, count)) {
      this.#entryBytes -= entry.command.length + ENTRY_OVERHEAD_BYTES;
    }
  }

  /** The index before the first entry, if there is one, and else before the one that would come next. */
  get #lastBeforeEntries(): number {
    const first = this.#entries[0];
    return first === undefined ? this.#snapshot?.lastIncludedIndex ?? 0 : first.index - 1;
  }
}
