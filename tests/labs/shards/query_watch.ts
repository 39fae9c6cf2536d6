/** Watches the clerks of the controller: a question sees what any of them was told before it was asked (lab 4, §1.3). */

import { invariant } from "../../../core/base/errors.ts";
import { NEWEST } from "../../../core/shardctrler/mod.ts";

/** What the clerks of one controller have been told. */
export class QueryWatch {
  #known = 0;

  /** Somebody was told of configuration `num`. */
  onTold(num: number): void {
    this.#known = Math.max(this.#known, num);
  }

  /**
   * Somebody asks for configuration `wanted`. What is returned is to be told the number of the answer.
   *
   * @throws {InvariantError} (What is returned.) If the controller has forgotten what was known before the question.
   */
  onAsked(wanted: number): (num: number) => void {
    const known = this.#known;
    const least = wanted === NEWEST ? known : Math.min(wanted, known);
    return (num) => {
      invariant(
        num >= least,
        "QueriesAreCurrent",
        () =>
          `asked for ${
            wanted === NEWEST ? "the newest configuration" : `configuration ${wanted}`
          }` +
          `, the controller answers with ${num}; configuration ${known} was known before`,
      );
      this.onTold(num);
    };
  }
}
