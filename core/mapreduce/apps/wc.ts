/** Word count (the paper's §2.1): how often each word occurs. */

import type { ByteApp, EmitBytes } from "../app.ts";
import { fromDecimal, toDecimal } from "../decimal.ts";
import { CountTable } from "../hash_table.ts";
import { countWords } from "../tokenize.ts";

/** The words counted so far are emitted when they take this much memory. */
const TABLE_BYTES_MAX = 12 * 1024 * 1024;
/** And before any count could leave the range of the table. */
const WORDS_MAX = 2 ** 30;

/** Counts words that are maximal runs of letters. Values are decimal counts, which add up. */
export const wc: ByteApp = {
  bytes: true,
  map(_file, contents, emit) {
    const scanner = new WordCounter(emit);
    scanner.scan(contents, true);
  },
  scan: (_file, emit) => new WordCounter(emit),
  sums: true,
  reduce(_word, counts) {
    let total = 0;
    for (const count of counts) total += fromDecimal(count);
    return toDecimal(total);
  },
};

class WordCounter {
  readonly #emit: EmitBytes;
  readonly #table = new CountTable();
  #words = 0;
  lineFeeds = 0;

  constructor(emit: EmitBytes) {
    this.#emit = emit;
  }

  scan(piece: Uint8Array, isLast: boolean): number {
    const { rest, lines, words } = countWords(piece, 0, piece.length, isLast, this.#table);
    this.lineFeeds += lines;
    this.#words += words;
    if (isLast || this.#table.bytes > TABLE_BYTES_MAX || this.#words > WORDS_MAX) this.#drain();
    return rest;
  }

  #drain(): void {
    this.#table.drain((arena, start, end, count) => {
      this.#emit(arena.subarray(start, end), toDecimal(count));
    });
    this.#words = 0;
  }
}
