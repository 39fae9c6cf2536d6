/** Election Safety: at most one leader can be elected in a given term (Raft Figure 3, §5.2). */

import type { ServerId, Term } from "../../base/durable.ts";
import { invariant } from "../../base/errors.ts";
import type { Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";

/** Remembers who led each term. */
export class ElectionSafety implements RaftObserver {
  readonly #leaders = new Map<Term, ServerId>();

  onStart(): void {}

  onStep(raft: RaftView, _input: Input, _output: Output): void {
    if (raft.role !== "leader") return;
    const leader = this.#leaders.get(raft.currentTerm);
    if (leader === undefined) this.#leaders.set(raft.currentTerm, raft.id);
    else {
      invariant(
        leader === raft.id,
        "ElectionSafety",
        () => `servers ${leader} and ${raft.id} both became leader of term ${raft.currentTerm}`,
      );
    }
  }
}
