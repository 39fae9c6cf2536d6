/** The values of a key as applications walk over them: once. */

import type { ValueCursor } from "./pair_cursor.ts";
import { decodeText } from "./text_codec.ts";

/** The values that are left, as views of their bytes. */
export function bytesOf(values: ValueCursor): Iterable<Uint8Array> {
  return iterable(
    () => values.nextValue(),
    () => values.value.subarray(values.valueStart, values.valueEnd),
  );
}

/** The values that are left, as text. */
export function textsOf(values: ValueCursor): Iterable<string> {
  return iterable(
    () => values.nextValue(),
    () => decodeText(values.value, values.valueStart, values.valueEnd),
  );
}

function iterable<T>(hasNext: () => boolean, present: () => T): Iterable<T> {
  const iterator: Iterator<T> = {
    next: () => hasNext() ? { done: false, value: present() } : { done: true, value: undefined },
  };
  return { [Symbol.iterator]: () => iterator };
}
