/** A history as a list of events, in the order in which they happened. */

import type { Operation } from "./history.ts";
import { HistoryError } from "./history_error.ts";

/** A call, or the return of the call with the same `id`. */
export type HistoryEvent<Input, Output> =
  | {
    readonly kind: "call";
    readonly id: string | number;
    readonly client: number;
    readonly input: Input;
  }
  /** `undefined`: the client gave up, and does not know what came of it. */
  | { readonly kind: "return"; readonly id: string | number; readonly output: Output | undefined };

/**
 * The operations of a list of events; their times are places in the list, from 0. Calls without a return have an
 * unknown outcome.
 *
 * @throws {HistoryError} If an id is called twice, or returns without a call or twice; it names the event.
 */
export function operationsOf<Input, Output>(
  events: readonly HistoryEvent<Input, Output>[],
): Operation<Input, Output>[] {
  const operations: Operation<Input, Output>[] = [];
  const places = new Map<string | number, number>();
  const returned = new Set<string | number>();
  events.forEach((event, at) => {
    const place = places.get(event.id);
    if (event.kind === "call") {
      if (place !== undefined) throw new HistoryError(`Event ${at} calls ${event.id} again`, [at]);
      const { client, input } = event;
      places.set(event.id, operations.length);
      operations.push({ client, input, output: undefined, call: at, return: Infinity });
      return;
    }
    if (place === undefined) {
      throw new HistoryError(`Event ${at} returns ${event.id}, which was not called`, [at]);
    }
    if (returned.has(event.id)) {
      throw new HistoryError(`Event ${at} returns ${event.id} again`, [at]);
    }
    returned.add(event.id);
    if (event.output === undefined) return;
    operations[place] = { ...operations[place]!, output: event.output, return: at };
  });
  return operations;
}
