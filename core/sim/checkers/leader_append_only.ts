/** Leader Append-Only: a leader never overwrites or deletes entries in its log (Raft Figure 3, §5.3). */

import type { LogIndex, ServerId, Term } from "../../base/durable.ts";
import { invariant } from "../../base/errors.ts";
import type { Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";

interface Leadership {
  readonly term: Term;
  /** Where its log ended after its last step. */
  lastIndex: LogIndex;
  /** The last entry that it has handed to storage. */
  written: LogIndex;
}

/** Follows each leader's log through its term. */
export class LeaderAppendOnly implements RaftObserver {
  readonly #leaderships = new Map<ServerId, Leadership>();

  onStart(raft: RaftView): void {
    this.#leaderships.delete(raft.id);
  }

  onStep(raft: RaftView, _input: Input, output: Output): void {
    if (raft.role !== "leader") {
      this.#leaderships.delete(raft.id);
      return;
    }
    const { id, currentTerm: term, log: { lastIndex } } = raft;
    const leadership = this.#leaderships.get(id);
    const entries = output.persist?.entries ?? [];
    if (leadership === undefined || leadership.term !== term) {
      const written = entries.at(-1)?.index ?? lastIndex;
      this.#leaderships.set(id, { term, lastIndex, written });
      return;
    }
    invariant(
      lastIndex >= leadership.lastIndex && output.persist?.discardLog !== true,
      "LeaderAppendOnly",
      () => `leader ${id} of term ${term} cut its log from ${leadership.lastIndex} to ${lastIndex}`,
    );
    leadership.lastIndex = lastIndex;
    const first = entries[0];
    if (first === undefined) return;
    invariant(
      first.index > leadership.written,
      "LeaderAppendOnly",
      () =>
        `leader ${id} of term ${term} wrote entry ${first.index} again, it had written ${leadership.written}`,
    );
    leadership.written = lastIndex;
  }
}
