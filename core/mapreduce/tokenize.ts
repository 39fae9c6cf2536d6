/**
 * Words in bytes: maximal runs of Unicode letters (`\p{L}`) in UTF-8, as in the labs. Whatever is not valid UTF-8
 * separates words, like the replacement character that a decoder would put there.
 */

import type { CountTable } from "./hash_table.ts";

const FNV_OFFSET_BASIS = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** 1 for an ASCII letter, 2 for the bytes that only occur outside ASCII, 0 for all others. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isLetter = byte >= 0x41 && byte <= 0x5a || byte >= 0x61 && byte <= 0x7a;
  return isLetter ? 1 : byte >= 0x80 ? 2 : 0;
});

/** For each code point: 0 if nobody has asked yet, 1 if it is no letter, and 2 if it is one. */
const letters = new Uint8Array(0x110000);

/** What {@linkcode countWords} says about the bytes at the end that it did not count. */
export interface Counted {
  /** Where the last word, or the last character, begins that may go on behind the end. The end if nothing does. */
  readonly rest: number;
  /** The number of line feeds. */
  readonly lines: number;
  /** The number of words that were counted. */
  readonly words: number;
}

/**
 * Adds each word of `bytes[start, end)` to `table`. A word that reaches the end is not counted, unless `isLast`: it may
 * go on in the next piece.
 *
 * @example
 * ```ts
 * import { CountTable } from "./hash_table.ts";
 * import { countWords } from "./tokenize.ts";
 * import assert from "node:assert/strict";
 *
 * const table = new CountTable();
 * const text = new TextEncoder().encode("to be, or not to be");
 * assert.deepEqual(countWords(text, 0, text.length, false, table), { rest: 17, lines: 0, words: 5 });
 * ```
 */
export function countWords(
  bytes: Uint8Array,
  start: number,
  end: number,
  isLast: boolean,
  table: CountTable,
): Counted {
  let lines = 0;
  let words = 0;
  let at = start;
  while (at < end) {
    let byte = bytes[at]!;
    if (CLASSES[byte] === 0) {
      if (byte === 10) lines++;
      at++;
      continue;
    }
    const wordStart = at;
    let hash = FNV_OFFSET_BASIS;
    while (CLASSES[byte] === 1) {
      hash = Math.imul(hash ^ byte, FNV_PRIME);
      if (++at === end) break;
      byte = bytes[at]!;
    }
    if (at === end || CLASSES[byte] === 2) {
      const wordEnd = endOfWord(bytes, at, end, isLast);
      if (wordEnd < 0) return { rest: wordStart, lines, words };
      for (; at < wordEnd; at++) hash = Math.imul(hash ^ bytes[at]!, FNV_PRIME);
    }
    if (at > wordStart) {
      table.add(bytes, wordStart, at, hash);
      words++;
    } else at++;
  }
  return { rest: end, lines, words };
}

/**
 * Returns where the word ends that `bytes[at, end)` is in; `at` itself if no letter stands there. Negative if that
 * cannot be known before the bytes behind `end` are.
 */
function endOfWord(bytes: Uint8Array, at: number, end: number, isLast: boolean): number {
  let wordEnd = at;
  while (wordEnd < end) {
    const kind = CLASSES[bytes[wordEnd]!];
    const length = kind === 2 ? letterLength(bytes, wordEnd, end) : kind!;
    if (length === 0) return wordEnd;
    if (length < 0) return isLast ? wordEnd : -1;
    wordEnd += length;
  }
  return isLast ? end : -1;
}

/**
 * Returns the number of bytes of the letter that begins at `at` with a byte outside ASCII: 0 if what stands there is no
 * letter, or no UTF-8; negative if `end` cuts it short.
 */
function letterLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    if (at + i >= end) return -1;
    const byte = bytes[at + i]!;
    const isWrong = i === 1 ? !isSecondByte(first, byte) : (byte & 0xc0) !== 0x80;
    if (isWrong) return 0;
    codePoint = codePoint << 6 | byte & 0x3f;
  }
  return isLetter(codePoint) ? length : 0;
}

/** Leaves out what would be longer than necessary, a surrogate, or beyond the last code point (RFC 3629). */
function isSecondByte(first: number, second: number): boolean {
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return second >= lowest && second <= highest;
}

function isLetter(codePoint: number): boolean {
  if (letters[codePoint] === 0) {
    letters[codePoint] = /\p{L}/u.test(String.fromCodePoint(codePoint)) ? 2 : 1;
  }
  return letters[codePoint] === 2;
}
