/** Records what clerks asked and were answered. */

import type { Operation } from "../../../core/check/history.ts";

/**
 * The history of one test. Calls and returns are numbered in the order in which they happened: with bare virtual time, an
 * operation that begins at the instant at which another ends would count as concurrent with it.
 */
export class History<Input, Output> {
  readonly #operations: Operation<Input, Output>[] = [];
  /** What has not returned yet, by call. */
  readonly #pending = new Map<number, Operation<Input, Output>>();
  #sequence = 0;

  /** All operations. Of those that have not returned nobody knows whether they will ever take effect. */
  get operations(): readonly Operation<Input, Output>[] {
    return [...this.#operations, ...this.#pending.values()];
  }

  /** Records an operation from before it is asked until it is answered. A client may have only one at a time. */
  async record<Answer extends Output>(
    client: number,
    input: Input,
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const call = ++this.#sequence;
    this.#pending.set(call, { client, input, output: undefined, call, return: Infinity });
    const output = await ask();
    this.#pending.delete(call);
    this.#operations.push({ client, input, output, call, return: ++this.#sequence });
    return output;
  }
}
