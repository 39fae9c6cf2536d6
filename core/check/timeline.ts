/** Calls and returns of the operations of one part, in the order of time. */

import type { Operation } from "./history.ts";
import { sortedByTime } from "./sort_times.ts";

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
  const unsorted = new Int32Array(2 * count);
  let events = count;
  for (let i = 0; i < count; i++) {
    const operation = operations[i]!;
    times[i] = operation.call;
    unsorted[i] = i;
    if (operation.output === undefined) continue;
    times[count + i] = operation.return;
    unsorted[events++] = count + i;
  }
  return ranked(count, sortedByTime(times, unsorted.subarray(0, events)));
}

/**
 * The timelines of the parts of a history, from that of the whole: each part lists its operations in the order of
 * their numbers, and numbers them from 0.
 */
export function partTimelines(whole: Timeline, parts: readonly (readonly number[])[]): Timeline[] {
  const { operations, events } = whole;
  const partOf = new Int32Array(operations);
  const numbers = new Int32Array(operations);
  const lists = parts.map((part, p) => {
    for (let i = 0; i < part.length; i++) {
      partOf[part[i]!] = p;
      numbers[part[i]!] = i;
    }
    return new Int32Array(2 * part.length);
  });
  const ends = new Int32Array(parts.length);
  for (let rank = 0; rank < events.length; rank++) {
    const event = events[rank]!;
    const operation = event < operations ? event : event - operations;
    const p = partOf[operation]!;
    const own = numbers[operation]!;
    lists[p]![ends[p]!++] = event < operations ? own : parts[p]!.length + own;
  }
  return parts.map((part, p) => ranked(part.length, lists[p]!.subarray(0, ends[p])));
}

function ranked(operations: number, events: Int32Array): Timeline {
  const calls = new Int32Array(operations);
  const returns = new Int32Array(operations).fill(NEVER);
  for (let rank = 0; rank < events.length; rank++) {
    const event = events[rank]!;
    if (event < operations) calls[event] = rank;
    else returns[event - operations] = rank;
  }
  return { operations, events, calls, returns };
}
