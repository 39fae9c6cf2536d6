/** Inverted index (the paper's §2.3): in which files each word occurs. */

import type { ByteApp, EmitBytes } from "../app.ts";
import { compareBytes } from "../byte_order.ts";
import { CountTable } from "../hash_table.ts";
import { countWords } from "../tokenize.ts";

/** The words seen so far are emitted when they take this much memory. */
const TABLE_BYTES_MAX = 12 * 1024 * 1024;
const WORDS_MAX = 2 ** 30;

const encoder = new TextEncoder();

/** Lists for each word how many files it occurs in, and which: `word 2 a.txt,b.txt`. */
export const indexer: ByteApp = {
  bytes: true,
  map(file, contents, emit) {
    new WordLister(file, emit).scan(contents, true);
  },
  scan: (file, emit) => new WordLister(file, emit),
  reduce(_word, files) {
    const names = [...files].sort(compareBytes);
    // A file that was read in several parts is named once for each.
    const distinct = names.filter((name, i) => i === 0 || compareBytes(name, names[i - 1]!) !== 0);
    const list = distinct.map((name) => new TextDecoder().decode(name)).join(",");
    return encoder.encode(`${distinct.length} ${list}`);
  },
};

class WordLister {
  readonly #file: Uint8Array;
  readonly #emit: EmitBytes;
  readonly #table = new CountTable();
  #words = 0;
  lineFeeds = 0;

  constructor(file: string, emit: EmitBytes) {
    this.#file = encoder.encode(file);
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
    this.#table.drain((arena, start, end) => this.#emit(arena.subarray(start, end), this.#file));
    this.#words = 0;
  }
}
