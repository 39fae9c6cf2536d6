/** Reading the words of commands. */

import { CommandError } from "./command.ts";

/** Bytes as a text of the same length. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A word that is compared without regard to case. */
export function upperCase(word: Uint8Array): string {
  return latin1(word).toUpperCase();
}

/** Bytes as UTF-8 text, as far as they are. */
export function utf8(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const decoder = new TextDecoder();

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/**
 * Reads a signed integer of 64 bits in Redis' strict form.
 *
 * @throws {CommandError} If it is none.
 */
export function int64(word: Uint8Array): bigint {
  if (word.length <= 20) {
    const text = latin1(word);
    if (/^(0|-?[1-9][0-9]*)$/.test(text)) {
      const value = BigInt(text);
      if (value >= INT64_MIN && value <= INT64_MAX) return value;
    }
  }
  throw new CommandError("ERR value is not an integer or out of range");
}

/** The longest key. */
export const KEY_BYTES_MAX = 64 * 1024;

/**
 * Returns a word that is to be a key.
 *
 * @throws {CommandError} If it is too long.
 */
export function keyOf(word: Uint8Array): Uint8Array {
  if (word.length <= KEY_BYTES_MAX) return word;
  throw new CommandError(
    `ERR a key of ${word.length} bytes is longer than ${KEY_BYTES_MAX} bytes`,
  );
}
