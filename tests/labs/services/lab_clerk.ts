/** A clerk as the tests use it: texts and promises, every operation recorded, and counted unless it is not to be. */

import type { KvInput, KvOutput } from "../../../core/check/kv_model.ts";
import type { World } from "../harness/world.ts";
import { TestFailure } from "../lab_test.ts";
import type { ClerkEnds } from "./clerk_ends.ts";
import type { KvHistory } from "./kv_history.ts";
import type { Statistics } from "./statistics.ts";
import type { TextClerk } from "./text_clerk.ts";

/** What a clerk is made of. */
export interface LabClerkOptions {
  readonly world: Pick<World, "deferred" | "interventions">;
  readonly clerk: TextClerk;
  /** Its ways to the servers, if they can be chosen. */
  readonly ends?: Pick<ClerkEnds, "connect">;
  /** Its number in the history. */
  readonly client: number;
  readonly history: KvHistory;
  /** Where its operations are counted, if they are. */
  readonly statistics: Statistics | undefined;
}

/** A clerk of a test. It does one operation at a time. */
export class LabClerk {
  readonly #options: LabClerkOptions;

  constructor(options: LabClerkOptions) {
    this.#options = options;
    options.history.introduce(options.client, options.clerk.clientId);
  }

  /** Returns the value; a key that is not there has the value "". */
  async get(key: string): Promise<string> {
    const { clerk } = this.#options;
    const output = await this.#record(
      { op: "get", key },
      async () => ({ value: await clerk.get(key) }),
    );
    return output.value;
  }

  async put(key: string, value: string): Promise<void> {
    const { clerk } = this.#options;
    await this.#record({ op: "put", key, value }, async () => {
      await clerk.put(key, value);
      return {};
    });
  }

  async append(key: string, value: string): Promise<void> {
    const { clerk } = this.#options;
    await this.#record({ op: "append", key, value }, async () => {
      await clerk.append(key, value);
      return {};
    });
  }

  /**
   * Reads a value that is known.
   *
   * @throws {TestFailure} If it is another.
   */
  async check(key: string, expected: string): Promise<void> {
    const value = await this.get(key);
    if (value !== expected) {
      throw new TestFailure(`Get(${key}): expected:\n${expected}\nreceived:\n${value}`);
    }
  }

  /** Lets the clerk talk to more servers. */
  connect(to: readonly number[]): void {
    this.#options.ends?.connect(to);
  }

  /** Ends the clerk; an operation under way never returns. */
  stop(): void {
    this.#options.clerk.stop();
  }

  async #record<Output extends KvOutput>(
    input: KvInput,
    ask: () => Promise<Output>,
  ): Promise<Output> {
    const { world, client, history, statistics } = this.#options;
    // A client that is left out from here on: to pretend that it was answered would be a lie.
    if (!world.interventions.allows("operation", client)) return world.deferred<never>().promise;
    const output = await history.record(client, input, ask);
    statistics?.countOp();
    return output;
  }
}
