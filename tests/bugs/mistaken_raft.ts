/** A Raft server with a mistake in it. */

import type { Instant } from "../../core/base/units.ts";
import { type Input, type Output, Raft, type RaftSetup } from "../../core/raft/mod.ts";
import type { RaftState } from "../../core/raft/state.ts";
import type { Mistake, RaftHooks } from "./mistake.ts";

/** Raft, with what the mistake does before and behind every step. */
export class MistakenRaft extends Raft {
  readonly #hooks: RaftHooks;

  constructor(raft: NonNullable<Mistake["raft"]>, setup: RaftSetup, now: Instant) {
    super(setup, now);
    // The view is the state itself: a mistake needs more of it than an observer may see.
    this.#hooks = raft(this.view as RaftState);
  }

  override step(input: Input, now: Instant): Output {
    (this.view as RaftState).now = now;
    const given = this.#hooks.before?.(input) ?? input;
    const output = super.step(given, now);
    return this.#hooks.after?.(given, output) ?? output;
  }
}
