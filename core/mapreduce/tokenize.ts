/**
 * Words in bytes: maximal runs of Unicode letters (`\p{L}`) in UTF-8, as in the labs. Whatever is not valid UTF-8
 * separates words, like the replacement character that a decoder would put there.
 */

import type { Scanner } from "./app.ts";
import { mixBlock, WordTable } from "./hash_table.ts";

/** 1 for an ASCII letter, 2 for the bytes that only occur outside ASCII, 0 for all others. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, byte) => {
  const isLetter = byte >= 0x41 && byte <= 0x5a || byte >= 0x61 && byte <= 0x7a;
  return isLetter ? 1 : byte >= 0x80 ? 2 : 0;
});

/** For each code point: 0 if nobody has asked yet, 1 if it is no letter, and 2 if it is one. */
const letters = new Uint8Array(0x110000);

const LINE_FEED = 10;
/** So close to the end of a piece words are read byte by byte. */
const FAST_MARGIN = 16;
/** The words counted so far are handed over when they take this much memory. */
const TABLE_BYTES_MAX = 12 * 1024 * 1024;
/** And before any count could leave the range of the table. */
const WORDS_MAX = 2 ** 30;

/** Takes the word `bytes[start, end)`, which has been seen `count` times. */
export type TakeWord = (bytes: Uint8Array, start: number, end: number, count: number) => void;

/**
 * Counts the words of a split. It hands each one over with its count at the end, and before they take too much memory.
 *
 * @example
 * ```ts
 * import { WordScanner } from "./tokenize.ts";
 * import assert from "node:assert/strict";
 *
 * const text = new TextEncoder().encode("to be, or not to be");
 * const counts = new Map<string, number>();
 * const scanner = new WordScanner((bytes, start, end, count) =>
 *   counts.set(new TextDecoder().decode(bytes.subarray(start, end)), count)
 * );
 * scanner.scan(text, true);
 * assert.deepEqual([...counts], [["to", 2], ["be", 2], ["or", 1], ["not", 1]]);
 * ```
 */
export class WordScanner implements Scanner {
  readonly #take: TakeWord;
  readonly #table = new WordTable();
  #words = 0;
  lineFeeds = 0;

  constructor(take: TakeWord) {
    this.#take = take;
  }

  scan(piece: Uint8Array, isLast: boolean): number {
    const rest = this.#count(piece, isLast);
    if (isLast || this.#table.bytes > TABLE_BYTES_MAX || this.#words > WORDS_MAX) {
      this.#table.drain(this.#take);
      this.#words = 0;
    }
    return rest;
  }

  #count(bytes: Uint8Array, isLast: boolean): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = bytes.length;
    let at = 0;
    while (at < end) {
      at = this.#countFast(bytes, view, at);
      if (at === end) break;
      const wordEnd = endOfWord(bytes, at, end, isLast);
      if (wordEnd < 0) return at;
      if (wordEnd > at) {
        this.#table.addBytes(bytes, at, wordEnd);
        this.#words++;
        at = wordEnd;
      } else if (bytes[at++] === LINE_FEED) this.lineFeeds++;
    }
    return at;
  }

  /**
   * Counts words of ASCII letters, four bytes at a time, and returns where it had to stop: at the beginning of a word
   * with other bytes, or near the end of the piece.
   */
  #countFast(bytes: Uint8Array, view: DataView, start: number): number {
    const table = this.#table;
    const fastEnd = bytes.length - FAST_MARGIN;
    let words = 0;
    let lineFeeds = 0;
    let at = start;
    while (at < fastEnd) {
      let first = view.getInt32(at, true);
      let others = nonLetters(first);
      let wordEnd = at;
      let second = 0;
      let rest = 0;
      if (others !== 0) {
        const bits = bitsBefore(others);
        first &= (1 << bits) - 1;
        wordEnd += bits >>> 3;
      } else {
        second = view.getInt32(at + 4, true);
        others = nonLetters(second);
        wordEnd += 4;
        if (others !== 0) {
          const bits = bitsBefore(others);
          second &= (1 << bits) - 1;
          wordEnd += bits >>> 3;
        } else {
          wordEnd += 4;
          while (wordEnd < fastEnd) {
            const block = view.getInt32(wordEnd, true);
            others = nonLetters(block);
            if (others !== 0) {
              const bits = bitsBefore(others);
              rest = mixBlock(rest, block & (1 << bits) - 1);
              wordEnd += bits >>> 3;
              break;
            }
            rest = mixBlock(rest, block);
            wordEnd += 4;
          }
          if (others === 0) break;
        }
      }
      const behind = bytes[wordEnd]!;
      if (behind >= 0x80) break;
      if (wordEnd > at) {
        table.add(first, second, rest, bytes, at, wordEnd);
        words++;
      }
      if (behind === LINE_FEED) lineFeeds++;
      at = wordEnd + 1;
    }
    this.#words += words;
    this.lineFeeds += lineFeeds;
    return at;
  }
}

/** The highest bit of each of the four bytes of `block` that is no ASCII letter; the first byte is the lowest. */
function nonLetters(block: number): number {
  const folded = (block | 0x20202020) & 0x7f7f7f7f;
  // The highest bit tells whether the byte is at least an "a", and whether it is behind "z".
  const fromA = folded + 0x1f1f1f1f | 0;
  const behindZ = folded + 0x05050505 | 0;
  return ~(fromA & ~behindZ & ~block) & 0x80808080;
}

/** The number of bits in the bytes before the first one that is marked in `others`. */
function bitsBefore(others: number): number {
  return 31 - Math.clz32(others & -others) & 0x18;
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
