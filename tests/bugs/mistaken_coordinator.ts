/** A MapReduce master with a mistake in it. */

import type { Instant } from "../../core/base/units.ts";
import { Coordinator } from "../../core/mapreduce/coordinator.ts";
import type {
  CoordinatorInput,
  CoordinatorOutput,
  CoordinatorSetup,
} from "../../core/mapreduce/coordinator_io.ts";
import type { MasterHooks, Mistake } from "./mistake.ts";

/** The coordinator, with what the mistake does before and behind every step. */
export class MistakenCoordinator extends Coordinator {
  readonly #hooks: MasterHooks;

  constructor(master: NonNullable<Mistake["master"]>, setup: CoordinatorSetup, now: Instant) {
    super(setup, now);
    this.#hooks = master(this.state);
  }

  override step(input: CoordinatorInput, now: Instant): CoordinatorOutput {
    this.state.now = now;
    const given = this.#hooks.before === undefined ? input : this.#hooks.before(input);
    const output = super.step(given ?? { kind: "timer" }, now);
    return this.#hooks.after?.(given ?? input, output) ?? output;
  }
}
