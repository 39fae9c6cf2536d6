/** Combining (the paper's §4.3): several values of a key become one, before they are written. */

import type { KeyGroups } from "./key_groups.ts";
import type { PairCursor } from "./pair_cursor.ts";
import type { Combine, PairSink } from "./program.ts";

/**
 * Goes on to the next key of `groups` and hands it to `sink` with one value: what `combine` makes of its values, or
 * the only one as it is. The result says whether there was a key.
 */
export function combineNext(groups: KeyGroups, combine: Combine, sink: PairSink): boolean {
  if (!groups.next()) return false;
  const { cursor } = groups;
  groups.nextValue();
  const { value, valueStart, valueEnd } = cursor;
  if (!groups.nextValue()) {
    sink.add(groups.keyBytes, 0, groups.keyLength, value, valueStart, valueEnd);
    return true;
  }
  const values = valuesFrom(value.subarray(valueStart, valueEnd), groups, cursor);
  const combined = combine(groups.key(), values);
  sink.add(groups.keyBytes, 0, groups.keyLength, combined, 0, combined.length);
  return true;
}

/** The first value, the one that `cursor` stands on, and all behind it. */
function valuesFrom(
  first: Uint8Array,
  groups: KeyGroups,
  cursor: PairCursor,
): Iterable<Uint8Array> {
  let seen = 0;
  const iterator: Iterator<Uint8Array> = {
    next: () => {
      if (seen === 0) {
        seen = 1;
        return { done: false, value: first };
      }
      if (seen === 1) seen = 2;
      else if (!groups.nextValue()) return { done: true, value: undefined };
      return { done: false, value: cursor.value.subarray(cursor.valueStart, cursor.valueEnd) };
    },
  };
  return { [Symbol.iterator]: () => iterator };
}
