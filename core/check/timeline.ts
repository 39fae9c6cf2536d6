/** Calls and returns of the operations of one part, in the order of time. */

import type { Operation } from "./history.ts";

/** The rank of an event that never comes. */
export const NEVER = 0x7fff_ffff;

/** Operations are numbered from 0; every event has a rank of its own, so ranks compare like times. */
export interface Timeline {
  readonly operations: number;
  /** All calls and the returns of known operations, in order: `i` for the call of `i`, `operations + i` for its return. */
  readonly events: Int32Array;
  /** The rank of each call. */
  readonly calls: Int32Array;
  /** The rank of each return; {@linkcode NEVER} where the outcome is unknown. */
  readonly returns: Int32Array;
}

/** Orders the events. At equal times, calls come before returns: the operations count as concurrent. */
export function timelineOf(operations: readonly Operation<unknown, unknown>[]): Timeline {
  const count = operations.length;
  const times = new Float64Array(2 * count);
  const known: number[] = [];
  operations.forEach((operation, i) => {
    times[i] = operation.call;
    times[count + i] = operation.return;
    if (operation.output !== undefined) known.push(count + i);
  });
  const events = Int32Array.from(
    { length: count + known.length },
    (_, i) => i < count ? i : known[i - count]!,
  );
  events.sort((a, b) => times[a]! - times[b]! || a - b);
  const calls = new Int32Array(count);
  const returns = new Int32Array(count).fill(NEVER);
  events.forEach((event, rank) => {
    if (event < count) calls[event] = rank;
    else returns[event - count] = rank;
  });
  return { operations: count, events, calls, returns };
}
