/** Word count (the paper's §2.1): how often each word occurs. */

import type { ByteApp, EmitBytes } from "../app.ts";
import { fromDecimal, toDecimal } from "../decimal.ts";
import { WordScanner } from "../tokenize.ts";

/** Counts words that are maximal runs of letters. Values are decimal counts, which add up. */
export const wc: ByteApp = {
  bytes: true,
  map(_file, contents, emit) {
    countingScanner(emit).scan(contents, true);
  },
  scan: (_file, emit) => countingScanner(emit),
  sums: true,
  reduce(_word, counts) {
    let total = 0;
    for (const count of counts) total += fromDecimal(count);
    return toDecimal(total);
  },
};

function countingScanner(emit: EmitBytes): WordScanner {
  return new WordScanner((bytes, start, end, count) => {
    emit(bytes.subarray(start, end), toDecimal(count));
  });
}
