/**
 * Leader Completeness: if a log entry is committed in a given term, then that entry will be present in the logs of the
 * leaders for all higher-numbered terms (Raft Figure 3, §5.4).
 */

import { type LogIndex, logIndex, type ServerId, type Term } from "../../base/durable.ts";
import { invariant } from "../../base/errors.ts";
import type { Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";

interface Committed {
  readonly term: Term;
  /** The term in which it was committed; the entry may be older (Figure 8). */
  readonly committedIn: Term;
  readonly by: ServerId;
}

/** Remembers what was committed, and looks for it in each new leader's log. */
export class LeaderCompleteness implements RaftObserver {
  /** By index. */
  readonly #committed: Committed[] = [];
  readonly #termsLed = new Set<Term>();

  onStart(): void {}

  onStep(raft: RaftView, _input: Input, _output: Output): void {
    if (raft.role === "leader" && !this.#termsLed.has(raft.currentTerm)) {
      this.#termsLed.add(raft.currentTerm);
      this.#checkElected(raft);
    }
    this.#remember(raft);
  }

  #remember(raft: RaftView): void {
    const known = this.#committed.length - 1;
    const first = Math.max(known + 1, raft.log.lastIncludedIndex + 1);
    for (let index = first; index <= raft.commitIndex; index++) {
      const term = raft.log.termAt(logIndex(index));
      if (term === undefined) continue;
      this.#committed[index] = { term, committedIn: raft.currentTerm, by: raft.id };
    }
  }

  #checkElected(raft: RaftView): void {
    const { log } = raft;
    for (let index = log.lastIncludedIndex + 1; index < this.#committed.length; index++) {
      const committed = this.#committed[index];
      // A leader of an older term may take office late, when its votes were slow to arrive.
      if (committed === undefined || committed.committedIn >= raft.currentTerm) continue;
      this.#checkPresent(raft, logIndex(index), committed);
    }
  }

  #checkPresent(raft: RaftView, index: LogIndex, committed: Committed): void {
    const term = raft.log.termAt(index);
    invariant(
      term === committed.term,
      "LeaderCompleteness",
      () =>
        `server ${committed.by} committed entry ${index} of term ${committed.term} in term ` +
        `${committed.committedIn}; the leader of term ${raft.currentTerm}, server ${raft.id}, has ` +
        (term === undefined ? "no entry there" : `one of term ${term}`),
    );
  }
}
