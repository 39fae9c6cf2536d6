/** Whole numbers as decimal digits in bytes, as values of counting applications. */

const ZERO = 48;
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
 * Reads digits.
 *
 * @throws {SyntaxError} If there are none, anything else, or too many.
 */
export function fromDecimal(bytes: Uint8Array): number {
  let value = 0;
  for (let i = 0; i < bytes.length; i++) {
    const digit = bytes[i]! - ZERO;
    if (!(digit >= 0 && digit <= 9)) throw notANumber(bytes);
    value = value * 10 + digit;
  }
  if (bytes.length === 0 || value > Number.MAX_SAFE_INTEGER) throw notANumber(bytes);
  return value;
}

function notANumber(bytes: Uint8Array): SyntaxError {
  return new SyntaxError(
    `Not a whole number: "${new TextDecoder().decode(bytes.subarray(0, 40))}"`,
  );
}
