/**
 * Log Matching: if two logs contain an entry with the same index and term, then the logs are identical in all
 * entries up through the given index (Raft Figure 3, §5.3).
 *
 * Checked by its induction step: index and term of an entry determine its command and the term of the entry before.
 */

import { equalBytes } from "../../base/bytes.ts";
import { type LogEntry, logIndex, type ServerId, type Term } from "../../base/durable.ts";
import { invariant } from "../../base/errors.ts";
import type { Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";

interface Sighting {
  readonly entry: LogEntry;
  readonly server: ServerId;
  readonly prevTerm: Term;
}

/** Remembers every entry that any server ever wrote or recovered. */
export class LogMatching implements RaftObserver {
  /** By index, then one for each term seen there. */
  readonly #sightings: Sighting[][] = [];

  onStart(raft: RaftView): void {
    for (let index = raft.log.lastIncludedIndex + 1; index <= raft.log.lastIndex; index++) {
      const entry = raft.log.entryAt(logIndex(index));
      if (entry !== undefined) this.#check(raft, entry);
    }
  }

  onStep(raft: RaftView, _input: Input, output: Output): void {
    for (const entry of output.persist?.entries ?? []) this.#check(raft, entry);
  }

  #check(raft: RaftView, entry: LogEntry): void {
    const prevTerm = raft.log.termAt(logIndex(entry.index - 1));
    if (prevTerm === undefined) return;
    const sightings = this.#sightings[entry.index] ??= [];
    const before = sightings.find((sighting) => sighting.entry.term === entry.term);
    if (before === undefined) {
      sightings.push({ entry, server: raft.id, prevTerm });
      return;
    }
    const where = `at index ${entry.index}, term ${entry.term}`;
    invariant(
      before.entry.kind === entry.kind && equalBytes(before.entry.command, entry.command),
      "LogMatching",
      () => `${where}, servers ${before.server} and ${raft.id} hold different commands`,
    );
    invariant(
      before.prevTerm === prevTerm,
      "LogMatching",
      () =>
        `${where}, the entry before is of term ${before.prevTerm} on server ${before.server}, ` +
        `of term ${prevTerm} on server ${raft.id}`,
    );
  }
}
