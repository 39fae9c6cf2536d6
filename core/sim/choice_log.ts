/** A record of every random draw of a run: what later minimising and branching start from. */

import type { ChoiceSink } from "../base/random.ts";

/** One draw: `value` out of `[0, bound)`, from the stream of that name. */
export interface Choice {
  readonly stream: string;
  readonly bound: number;
  readonly value: number;
}

/** Keeps all draws, in the order in which they were made. */
export class ChoiceLog implements ChoiceSink {
  readonly #choices: Choice[] = [];

  get choices(): readonly Choice[] {
    return this.#choices;
  }

  record(stream: string, bound: number, value: number): void {
    this.#choices.push({ stream, bound, value });
  }
}
