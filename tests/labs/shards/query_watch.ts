/** Watches the clerks of the controller: a question sees every change that was answered before it was asked (lab 4, §1.3). */

import { invariant } from "../../../core/base/errors.ts";

/** What the clerks of one controller have been told. */
export class QueryWatch {
  #answered = 0;

  /** A change was answered: it has led to configuration `num`, or to one before it. */
  onChanged(num: number): void {
    this.#answered = Math.max(this.#answered, num);
  }

  /**
   * Somebody asks for the newest configuration. What is returned is to be told the number of the answer.
   *
   * @throws {InvariantError} (What is returned.) If a newer one had been made known before the question.
   */
  onAsked(): (num: number) => void {
    const known = this.#answered;
    return (num) =>
      invariant(
        num >= known,
        "QueriesAreCurrent",
        () =>
          `the newest configuration is ${num}, says the controller; before it was asked, it had ` +
          `answered a change with configuration ${known}`,
      );
  }
}
