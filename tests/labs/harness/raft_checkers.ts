/** All checkers that watch the Raft servers of one cluster of the labs. */

import type { ServerId } from "../../../core/base/durable.ts";
import { figure3Checkers, Observers } from "../../../core/sim/checkers/mod.ts";
import { AppendEntriesChecker } from "./append_entries_checker.ts";
import { CommitChecker } from "./commit_checker.ts";
import { CompactionChecker } from "./compaction_checker.ts";
import type { DurableState } from "./durable_state.ts";
import { ElectionRestriction } from "./election_restriction.ts";
import { ElectionTimerChecker } from "./election_timer_checker.ts";
import { MonotonicChecker } from "./monotonic_checker.ts";
import { RandomTimeouts } from "./random_timeouts.ts";
import { ReadChecker } from "./read_checker.ts";
import { VoteLedger } from "./vote_ledger.ts";

/** The checkers of one cluster. */
export class RaftCheckers extends Observers {
  /** To be told of the votes that leave. */
  readonly votes: VoteLedger;
  readonly #monotonic: MonotonicChecker;

  /** What the checkers of Figure 3 find goes to `fail`, the others throw. `disks` are those of all servers at present. */
  constructor(
    fail: (error: unknown) => void,
    disks: () => Iterable<DurableState | undefined>,
  ) {
    const monotonic = new MonotonicChecker();
    const votes = new VoteLedger();
    super([
      // What breaks a single rule comes before what follows from it.
      new ElectionRestriction(),
      new AppendEntriesChecker(),
      new CompactionChecker(),
      new ReadChecker(),
      figure3Checkers(fail),
      monotonic,
      new ElectionTimerChecker(),
      new RandomTimeouts(),
      votes,
      new CommitChecker(disks),
    ]);
    this.votes = votes;
    this.#monotonic = monotonic;
  }

  /** The server has been killed; nothing may happen to it until it starts again. */
  onKilled(server: ServerId): void {
    this.#monotonic.onKilled(server);
  }
}
