/**
 * Who has voted for whom, over all terms and all crashes: a server never votes for two candidates in one term, and a
 * leader was elected by a majority in its own term (Raft §5.2).
 */

import type { ServerId, Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** Remembers the votes that have left their voters. */
export class VoteLedger implements RaftObserver {
  /** By term and voter: the candidate. */
  readonly #votes = new Map<Term, Map<ServerId, ServerId>>();
  readonly #termsLed = new Set<Term>();

  /** `voter` tells others that it votes for `candidate`; a candidate does so by asking for their votes. */
  onVote(term: Term, voter: ServerId, candidate: ServerId): void {
    let votes = this.#votes.get(term);
    if (votes === undefined) this.#votes.set(term, votes = new Map());
    const before = votes.get(voter);
    invariant(
      before === undefined || before === candidate,
      "OneVotePerTerm",
      () =>
        `server ${voter} has voted for ${before} in term ${term}, and now votes for ${candidate}`,
    );
    votes.set(voter, candidate);
  }

  onStart(): void {}

  onStep(raft: RaftView): void {
    if (raft.role !== "leader" || this.#termsLed.has(raft.currentTerm)) return;
    this.#termsLed.add(raft.currentTerm);
    let count = 0;
    for (const candidate of this.#votes.get(raft.currentTerm)?.values() ?? []) {
      if (candidate === raft.id) count++;
    }
    invariant(
      count > raft.servers.length / 2,
      "ElectedByMajority",
      () =>
        `server ${raft.id} leads term ${raft.currentTerm} with ${count} votes of ` +
        `${raft.servers.length}`,
    );
  }
}
