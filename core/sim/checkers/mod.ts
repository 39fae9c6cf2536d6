/**
 * The properties of Raft's Figure 3, one file each, checked after every step of every server. A checker throws at the
 * event that broke its property.
 *
 * @module
 */

import type { Instant } from "../../base/units.ts";
import type { Input, Output, RaftObserver, RaftView } from "../../raft/mod.ts";
import { ElectionSafety } from "./election_safety.ts";
import { LeaderAppendOnly } from "./leader_append_only.ts";
import { LeaderCompleteness } from "./leader_completeness.ts";
import { LogMatching } from "./log_matching.ts";
import { StateMachineSafety } from "./state_machine_safety.ts";

export { ElectionSafety, LeaderAppendOnly, LeaderCompleteness, LogMatching, StateMachineSafety };

/** Tells several observers of everything, in order. */
export class Observers implements RaftObserver {
  readonly #observers: readonly RaftObserver[];

  constructor(observers: readonly RaftObserver[]) {
    this.#observers = observers;
  }

  onStart(raft: RaftView, now: Instant): void {
    for (const observer of this.#observers) observer.onStart(raft, now);
  }

  onStep(raft: RaftView, input: Input, output: Output, now: Instant): void {
    for (const observer of this.#observers) observer.onStep(raft, input, output, now);
  }
}

/** Makes the five checkers of Figure 3, for one cluster. What they find goes to `fail`. */
export function figure3Checkers(fail: (error: unknown) => void): RaftObserver {
  const checkers = new Observers([
    new ElectionSafety(),
    new LeaderAppendOnly(),
    new LogMatching(),
    new LeaderCompleteness(),
    new StateMachineSafety(),
  ]);
  return {
    onStart: (raft, now) => reporting(fail, () => checkers.onStart(raft, now)),
    onStep: (raft, input, output, now) =>
      reporting(fail, () => checkers.onStep(raft, input, output, now)),
  };
}

function reporting(fail: (error: unknown) => void, check: () => void): void {
  try {
    check();
  } catch (error) {
    fail(error);
  }
}
