/** All checkers that watch the Raft servers of one cluster of the labs. */

import type { ServerId } from "../../../core/base/durable.ts";
import type { Instant } from "../../../core/base/units.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";
import { figure3Checkers } from "../../../core/sim/checkers/mod.ts";
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

/**
 * The checkers of one cluster. They are called by name and not in a loop: every step of every server passes here, and this
 * way the engine can inline them.
 */
export class RaftCheckers implements RaftObserver {
  /** To be told of the votes that leave. */
  readonly votes: VoteLedger = new VoteLedger();
  readonly #electionRestriction = new ElectionRestriction();
  readonly #appendEntries = new AppendEntriesChecker();
  readonly #compaction = new CompactionChecker();
  readonly #reads = new ReadChecker();
  readonly #figure3: RaftObserver;
  readonly #monotonic = new MonotonicChecker();
  readonly #electionTimer = new ElectionTimerChecker();
  readonly #randomTimeouts = new RandomTimeouts();
  readonly #commits: CommitChecker;

  /** What the checkers of Figure 3 find goes to `fail`, the others throw. `disks` are those of all servers at present. */
  constructor(
    fail: (error: unknown) => void,
    disks: () => Iterable<DurableState | undefined>,
  ) {
    this.#figure3 = figure3Checkers(fail);
    this.#commits = new CommitChecker(disks);
  }

  onStart(raft: RaftView, now: Instant): void {
    this.#appendEntries.onStart(raft);
    this.#reads.onStart(raft);
    this.#figure3.onStart(raft, now);
    this.#monotonic.onStart(raft);
    this.#electionTimer.onStart(raft);
  }

  /** Whoever sees a single rule broken comes before those who see what follows from it. */
  onStep(raft: RaftView, input: Input, output: Output, now: Instant): void {
    this.#electionRestriction.onStep(raft, input, output);
    this.#appendEntries.onStep(raft, input, output);
    this.#compaction.onStep(raft, input);
    this.#reads.onStep(raft, input, output);
    this.#figure3.onStep(raft, input, output, now);
    this.#monotonic.onStep(raft, input, output);
    this.#electionTimer.onStep(raft, input, output);
    this.#randomTimeouts.onStep(raft, input, output, now);
    this.votes.onStep(raft);
    this.#commits.onStep(raft, input, output);
  }

  /** The server has been killed; nothing may happen to it until it starts again. */
  onKilled(server: ServerId): void {
    this.#monotonic.onKilled(server);
  }
}
