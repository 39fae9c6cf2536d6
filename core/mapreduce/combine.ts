/** Combining (the paper's §4.3): several values of a key become one, before they are written. */

import type { KeyGroups } from "./key_groups.ts";
import type { ValueCursor } from "./pair_cursor.ts";
import type { Combine, PairSink } from "./program.ts";

/**
 * Goes on to the next key of `groups` and hands it to `sink` with one value: what `combine` makes of its values, or
 * the only one as it is. The result says whether there was a key.
 */
export function combineNext(groups: KeyGroups, combine: Combine, sink: PairSink): boolean {
  if (!groups.next()) return false;
  groups.nextValue();
  const { value, valueStart, valueEnd } = groups;
  const { keyBytes, keyStart, keyEnd } = groups;
  if (!groups.nextValue()) {
    sink.add(keyBytes, keyStart, keyEnd, value, valueStart, valueEnd);
    return true;
  }
  const values = new ResumedValues(value, valueStart, valueEnd, groups);
  const combined = combine(keyBytes, keyStart, keyEnd, values);
  sink.add(keyBytes, keyStart, keyEnd, combined, 0, combined.length);
  return true;
}

/** A first value, then the one that `rest` stands on, and those behind it. */
class ResumedValues implements ValueCursor {
  readonly #rest: ValueCursor;
  #seen = 0;
  value: Uint8Array;
  valueStart: number;
  valueEnd: number;

  constructor(value: Uint8Array, valueStart: number, valueEnd: number, rest: ValueCursor) {
    this.value = value;
    this.valueStart = valueStart;
    this.valueEnd = valueEnd;
    this.#rest = rest;
  }

  nextValue(): boolean {
    if (this.#seen === 0) {
      this.#seen = 1;
      return true;
    }
    if (this.#seen === 1) this.#seen = 2;
    else if (!this.#rest.nextValue()) return false;
    this.value = this.#rest.value;
    this.valueStart = this.#rest.valueStart;
    this.valueEnd = this.#rest.valueEnd;
    return true;
  }
}
