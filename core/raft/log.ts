/**
 * The replicated log (Raft §5.3, §7): entries behind a snapshot. An index is a place in the whole sequence,
 * a position a place in the array that is left of it; only this file knows of positions.
 */

import {
  type LogEntry,
  type LogIndex,
  logIndex,
  type Snapshot,
  type Term,
  term as asTerm,
} from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import type { RaftLogView } from "./view.ts";

/** A Raft log. Before the first snapshot it begins behind index 0, whose term is 0. */
export class RaftLog implements RaftLogView {
  #snapshot: Snapshot | undefined;
  #entries: LogEntry[];

  /** Takes what storage held; `entries` must follow the snapshot without a gap. */
  constructor(snapshot?: Snapshot, entries: readonly LogEntry[] = []) {
    this.#snapshot = snapshot;
    this.#entries = [];
    this.append(entries);
  }

  /** What stands in place of the compacted entries, if any were compacted. */
  get snapshot(): Snapshot | undefined {
    return this.#snapshot;
  }

  get lastIncludedIndex(): LogIndex {
    return this.#snapshot?.lastIncludedIndex ?? logIndex(0);
  }

  get lastIncludedTerm(): Term {
    return this.#snapshot?.lastIncludedTerm ?? asTerm(0);
  }

  get lastIndex(): LogIndex {
    return logIndex(this.lastIncludedIndex + this.#entries.length);
  }

  get lastTerm(): Term {
    return this.#entries.at(-1)?.term ?? this.lastIncludedTerm;
  }

  termAt(index: LogIndex): Term | undefined {
    if (index === this.lastIncludedIndex) return this.lastIncludedTerm;
    return this.entryAt(index)?.term;
  }

  entryAt(index: LogIndex): LogEntry | undefined {
    return this.#entries[index - this.lastIncludedIndex - 1];
  }

  /**
   * Adds entries at the end.
   *
   * @throws {InvariantError} If they leave a gap, overlap, or go back in terms.
   */
  append(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      invariant(
        entry.index === this.lastIndex + 1,
        "LogWithoutGaps",
        () => `entry ${entry.index} was appended behind ${this.lastIndex}`,
      );
      invariant(
        entry.term >= this.lastTerm,
        "TermsNeverFall",
        () => `entry ${entry.index} of term ${entry.term} follows one of term ${this.lastTerm}`,
      );
      this.#entries.push(entry);
    }
  }

  /** Removes the entry at `index` and all behind it. */
  truncateFrom(index: LogIndex): void {
    invariant(
      index > this.lastIncludedIndex,
      "SnapshotIsFinal",
      () => `the log was cut at ${index}, its snapshot ends at ${this.lastIncludedIndex}`,
    );
    this.#entries.length = Math.min(this.#entries.length, index - this.lastIncludedIndex - 1);
  }

  /**
   * Puts `snapshot` in place of the entries that it covers. If the log holds the snapshot's last entry, with
   * the same term, the entries behind it stay; otherwise the whole log goes (Figure 13, steps 6 and 7).
   *
   * @returns Whether entries behind the snapshot were kept.
   */
  compact(snapshot: Snapshot): boolean {
    invariant(
      snapshot.lastIncludedIndex > this.lastIncludedIndex,
      "SnapshotIsFinal",
      () => `a snapshot of ${snapshot.lastIncludedIndex} follows one of ${this.lastIncludedIndex}`,
    );
    const matches = this.termAt(snapshot.lastIncludedIndex) === snapshot.lastIncludedTerm;
    this.#entries = matches
      ? this.#entries.slice(snapshot.lastIncludedIndex - this.lastIncludedIndex)
      : [];
    this.#snapshot = snapshot;
    return matches;
  }

  /**
   * Copies entries from `first` on: at most `entriesMax`, and no more than `bytesMax` bytes of commands, but at
   * least one where there is one.
   */
  slice(
    first: LogIndex,
    entriesMax = Number.MAX_SAFE_INTEGER,
    bytesMax = Number.MAX_SAFE_INTEGER,
  ): LogEntry[] {
    const start = first - this.lastIncludedIndex - 1;
    invariant(start >= 0, "CompactedEntries", () => `entry ${first} is in the snapshot`);
    const limit = Math.min(this.#entries.length, start + entriesMax);
    let end = start;
    let bytes = 0;
    while (end < limit) {
      bytes += this.#entries[end]!.command.length;
      if (bytes > bytesMax && end > start) break;
      end++;
    }
    return this.#entries.slice(start, end);
  }

  /** The first index whose term is at least `term`; one behind the last if there is none. */
  firstIndexWithTermAtLeast(term: Term): LogIndex {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.term < term) low = middle + 1;
      else high = middle;
    }
    return logIndex(this.lastIncludedIndex + 1 + low);
  }

  /** The last index of `term`, or `undefined` if the log holds no entry of it. */
  lastIndexOfTerm(term: Term): LogIndex | undefined {
    const index = logIndex(this.firstIndexWithTermAtLeast(asTerm(term + 1)) - 1);
    return this.termAt(index) === term ? index : undefined;
  }
}
