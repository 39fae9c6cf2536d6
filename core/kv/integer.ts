/** Integers as Redis means them: decimal, signed, 64 bits. */

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** What parses as an integer: no sign but a minus, no zeros in front, no blanks. */
const INTEGER = /^(?:0|-?[1-9][0-9]{0,18})$/;

/** The longest text that is exact as a number, whatever its digits. */
const SAFE_LENGTH = 15;

/** Parses a decimal integer of 64 bits: a number where it can be exact. `undefined`: it is none. */
export function parseInteger(text: string): number | bigint | undefined {
  if (text.length > 20 || !INTEGER.test(text)) return undefined;
  return text.length <= SAFE_LENGTH ? Number(text) : fit(BigInt(text));
}

/** Adds two integers. `undefined`: the sum does not have 64 bits. */
export function addIntegers(a: number | bigint, b: number | bigint): number | bigint | undefined {
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum === 0 ? 0 : sum;
  }
  return fit(BigInt(a) + BigInt(b));
}

/** A number where it can be exact; `undefined` if it has more than 64 bits. */
function fit(value: bigint): number | bigint | undefined {
  if (value < INT64_MIN || value > INT64_MAX) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
