/** The values of a key as applications walk over them: once. */

import type { ValueCursor } from "./pair_cursor.ts";
import { decodeText } from "./text_codec.ts";

/** The values that are left, as views of their bytes. */
export function bytesOf(values: ValueCursor): Iterable<Uint8Array> {
  return new BytesIterator(values);
}

/** The values that are left, as text. */
export function textsOf(values: ValueCursor): Iterable<string> {
  return new TextIterator(values);
}

class BytesIterator implements IterableIterator<Uint8Array> {
  readonly #values: ValueCursor;

  constructor(values: ValueCursor) {
    this.#values = values;
  }

  next(): IteratorResult<Uint8Array> {
    const values = this.#values;
    if (!values.nextValue()) return { done: true, value: undefined };
    return { done: false, value: values.value.subarray(values.valueStart, values.valueEnd) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

class TextIterator implements IterableIterator<string> {
  readonly #values: ValueCursor;

  constructor(values: ValueCursor) {
    this.#values = values;
  }

  next(): IteratorResult<string> {
    const values = this.#values;
    if (!values.nextValue()) return { done: true, value: undefined };
    return { done: false, value: decodeText(values.value, values.valueStart, values.valueEnd) };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
