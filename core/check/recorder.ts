/** Collects a history while it happens, with times of which no two are equal. */

import type { Operation } from "./history.ts";

/** Settings of a {@linkcode HistoryRecorder}. */
export interface HistoryRecorderOptions<Input, Output> {
  /** The time in milliseconds; without it, events are counted. Times keep microseconds, or more where they would tie. */
  readonly now?: () => number;
  /** Is given every operation when it is over, so that a history can be written while it grows. */
  readonly onOperation?: (operation: Operation<Input, Output>) => void;
}

/** An operation that is under way. Exactly one of the methods is called, once. */
export interface Recording<Output> {
  /** It returned with this. */
  returned(output: Output): void;
  /** Its client gave up. Whether it took effect, then or later, is not known. */
  unknown(): void;
  /** It certainly did not and will not take effect: it has no place in the history. */
  dropped(): void;
}

/**
 * Records operations.
 *
 * @example
 * ```ts
 * import { HistoryRecorder } from "./recorder.ts";
 * import type { KvInput, KvOutput } from "./kv_model.ts";
 * import assert from "node:assert/strict";
 *
 * const recorder = new HistoryRecorder<KvInput, KvOutput>();
 * const put = recorder.call(1, { op: "put", key: "k", value: "v" });
 * put.returned({});
 * assert.deepEqual(recorder.operations().map(({ call, return: end }) => [call, end]), [[1, 2]]);
 * ```
 */
export class HistoryRecorder<Input, Output> {
  readonly #options: HistoryRecorderOptions<Input, Output>;
  readonly #done: Operation<Input, Output>[] = [];
  readonly #open = new Set<Operation<Input, Output>>();
  /** Microseconds with a clock; the number of events without one. */
  #last = 0;

  constructor(options: HistoryRecorderOptions<Input, Output> = {}) {
    this.#options = options;
  }

  /** A client calls an operation, now. */
  call(client: number, input: Input): Recording<Output> {
    const call = this.#time();
    const open = { client, input, output: undefined, call, return: Infinity };
    this.#open.add(open);
    const end = (operation: Operation<Input, Output> | undefined) => {
      if (!this.#open.delete(open)) throw new TypeError("An operation ends once");
      if (operation === undefined) return;
      this.#done.push(operation);
      this.#options.onOperation?.(operation);
    };
    return {
      returned: (output) => end({ ...open, output, return: this.#time() }),
      unknown: () => end(open),
      dropped: () => end(undefined),
    };
  }

  /** Everything so far, in the order in which it ended; what is under way comes last, its outcome unknown. */
  operations(): Operation<Input, Output>[] {
    return [...this.#done, ...this.#open];
  }

  /** What was called and has not ended. */
  underWay(): Operation<Input, Output>[] {
    return [...this.#open];
  }

  #time(): number {
    const { now } = this.#options;
    if (now === undefined) return ++this.#last;
    this.#last = Math.max(Math.round(now() * 1000), this.#last + 1);
    return this.#last / 1000;
  }
}
