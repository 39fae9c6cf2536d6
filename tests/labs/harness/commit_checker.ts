/**
 * What a server regards as committed is on the disks of a majority (Raft §5.3), so that no crash of a minority can take it
 * back; and a leader counts replicas only of entries of its own term (§5.4.2).
 */

import type { LogIndex, Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";
import type { DurableState } from "./durable_state.ts";

/** Looks at all disks whenever anything new is committed. */
export class CommitChecker implements RaftObserver {
  /** What is on the disks of all servers at present. */
  readonly #disks: () => Iterable<DurableState | undefined>;
  #checked = 0;

  constructor(disks: () => Iterable<DurableState | undefined>) {
    this.#disks = disks;
  }

  onStart(): void {}

  onStep(raft: RaftView, _input: Input, _output: Output): void {
    const { commitIndex } = raft;
    if (commitIndex <= this.#checked) return;
    this.#checked = commitIndex;
    const term = raft.log.termAt(commitIndex);
    invariant(
      raft.role !== "leader" || term === raft.currentTerm,
      "CommitsOwnTerm",
      () =>
        `server ${raft.id} leads term ${raft.currentTerm} and commits entry ${commitIndex} of ` +
        `term ${term}`,
    );
    const count = this.#count(commitIndex, term);
    invariant(
      count > raft.servers.length / 2,
      "CommittedIsDurable",
      () =>
        `server ${raft.id} commits entry ${commitIndex} of term ${term}, which is on ${count} disks ` +
        `of ${raft.servers.length}`,
    );
  }

  /** What a snapshot covers is committed, and therefore equal everywhere. */
  #count(index: LogIndex, term: Term | undefined): number {
    let count = 0;
    for (const disk of this.#disks()) {
      if (disk === undefined) continue;
      if (index <= disk.lastIncludedIndex || disk.termAt(index) === term) count++;
    }
    return count;
  }
}
