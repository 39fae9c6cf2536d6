/** The order of keys: byte by byte, a beginning before what goes on (which for UTF-8 is the order of code points). */

/**
 * Compares two byte strings: negative if `a` comes before `b`, positive if behind, 0 if they are equal.
 *
 * @example
 * ```ts
 * import { compareBytes } from "./byte_order.ts";
 * import assert from "node:assert/strict";
 *
 * const keys = ["é", "z", "", "ab", "a"].map((key) => new TextEncoder().encode(key));
 * const sorted = keys.sort(compareBytes).map((key) => new TextDecoder().decode(key));
 * assert.deepEqual(sorted, ["", "a", "ab", "z", "é"]);
 * ```
 */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return compareRanges(a, 0, a.length, b, 0, b.length);
}

/** {@linkcode compareBytes} for `a[aStart, aEnd)` and `b[bStart, bEnd)`. */
export function compareRanges(
  a: Uint8Array,
  aStart: number,
  aEnd: number,
  b: Uint8Array,
  bStart: number,
  bEnd: number,
): number {
  const length = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < length; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}

/**
 * Copies `source[start, end)` to `target` from `at` on. Short strings, which keys mostly are, go byte by byte: that
 * is faster than to make a view for {@linkcode Uint8Array.set}.
 */
export function copyBytes(
  target: Uint8Array,
  at: number,
  source: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start > 40) {
    target.set(source.subarray(start, end), at);
    return;
  }
  const shift = at - start;
  for (let i = start; i < end; i++) target[i + shift] = source[i]!;
}
