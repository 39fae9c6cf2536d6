/** A walk over pairs in the order of their keys, wherever they come from. */

/**
 * Stands on one pair after the other. It shows where the pair's bytes are instead of making objects of them, since it
 * passes millions. Before the first `next`, and after one that said `false`, it stands on none.
 */
export interface PairCursor {
  /** The key is `key[keyStart, keyEnd)`, until the next `next`. */
  readonly key: Uint8Array;
  readonly keyStart: number;
  readonly keyEnd: number;
  /** The first four bytes of the key, filled up with zeros, as an integer: decides most comparisons. */
  readonly keyPrefix: number;
  /** The value is `value[valueStart, valueEnd)`. */
  readonly value: Uint8Array;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Goes on to the next pair, and says whether there is one. */
  next(): boolean;
}

/** Stands on one value of a key after the other, likewise. */
export interface ValueCursor {
  /** The value is `value[valueStart, valueEnd)`. */
  readonly value: Uint8Array;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Goes on to the next value, and says whether there is one. */
  nextValue(): boolean;
}

/** Returns what {@linkcode PairCursor.keyPrefix} must be for a key. */
export function keyPrefix(key: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length >= 4) {
    return (key[start]! << 24 | key[start + 1]! << 16 | key[start + 2]! << 8 | key[start + 3]!) >>>
      0;
  }
  let prefix = 0;
  for (let i = 0; i < 4; i++) prefix = prefix << 8 | (i < length ? key[start + i]! : 0);
  return prefix >>> 0;
}

/** The same for a key, filled up with zeros, whose first four bytes were read as a little-endian word. */
export function keyPrefixOfWord(word: number): number {
  return (word << 24 | (word & 0xff00) << 8 | (word >>> 8 & 0xff00) | word >>> 24) >>> 0;
}
