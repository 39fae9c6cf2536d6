/** Whole numbers as decimal digits in bytes, as values of counting applications. */

import type { ValueCursor } from "./pair_cursor.ts";

const ZERO = 48;
const SHOWN_MAX = 40;
const DIGITS_MAX = 16;
const digits = new Uint8Array(DIGITS_MAX);

/** Returns the digits of an integer in `[0, 2^53)`. They are valid until the next call. */
export function toDecimal(value: number): Uint8Array {
  let at = DIGITS_MAX;
  let rest = value;
  do {
    const quotient = Math.floor(rest / 10);
    digits[--at] = ZERO + (rest - quotient * 10);
    rest = quotient;
  } while (rest > 0);
  return digits.subarray(at);
}

/**
 * Reads the digits `bytes[start, end)`.
 *
 * @throws {SyntaxError} If there are none, anything else, or too many.
 */
export function fromDecimal(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) throw notANumber(bytes, start, end);
    value = value * 10 + digit;
  }
  if (start === end || value > Number.MAX_SAFE_INTEGER) throw notANumber(bytes, start, end);
  return value;
}

/** Adds up the values that are left. */
export function sumOf(values: ValueCursor): number {
  let sum = 0;
  while (values.nextValue()) sum += fromDecimal(values.value, values.valueStart, values.valueEnd);
  return sum;
}

function notANumber(bytes: Uint8Array, start: number, end: number): SyntaxError {
  const shown = new TextDecoder().decode(bytes.subarray(start, Math.min(end, start + SHOWN_MAX)));
  return new SyntaxError(`Not a whole number: ${JSON.stringify(shown)}`);
}
