/** Inverted index (the paper's §2.3): in which files each word occurs. */

import type { ByteApp, EmitBytes } from "../app.ts";
import { compareBytes } from "../byte_order.ts";
import { WordScanner } from "../tokenize.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Lists for each word how many files it occurs in, and which: `word 2 a.txt,b.txt`. */
export const indexer: ByteApp = {
  bytes: true,
  map(file, contents, emit) {
    listingScanner(file, emit).scan(contents, true);
  },
  scan: (file, emit) => listingScanner(file, emit),
  reduce(_word, files) {
    const names = [...files].sort(compareBytes);
    // A file that was read in several parts is named once for each.
    const distinct = names.filter((name, i) => i === 0 || compareBytes(name, names[i - 1]!) !== 0);
    const list = distinct.map((name) => decoder.decode(name)).join(",");
    return encoder.encode(`${distinct.length} ${list}`);
  },
};

function listingScanner(file: string, emit: EmitBytes): WordScanner {
  const name = encoder.encode(file);
  return new WordScanner((bytes, start, end) => emit(bytes.subarray(start, end), name));
}
