/** Sorting (the paper's §5.3): all lines in byte order, over all output files one behind the other. */

import type { ByteApp } from "../app.ts";
import { toDecimal } from "../decimal.ts";
import { forEachLine } from "./lines.ts";

const NOTHING = new Uint8Array(0);

/** Where each first byte begins, in a text of ordinary lines, as a part of all. */
const SHARES = cumulativeShares();

/**
 * Sorts lines. Which output file a line goes to depends on its first two bytes, so that the files follow one upon the
 * other; they are about equally large if the lines begin like those of ordinary text.
 */
export const sort: ByteApp = {
  bytes: true,
  map(_file, contents, emit) {
    forEachLine(contents, (start, end) => emit(contents.subarray(start, end), NOTHING));
  },
  reduce(_line, copies) {
    let count = 0;
    for (const _ of copies) count++;
    return toDecimal(count);
  },
  reduceLines(line, copies, write) {
    for (const _ of copies) write(line);
  },
  partition(line, reduceTasks) {
    const first = line[0] ?? 0;
    const second = line[1] ?? 0;
    const begin = SHARES[first]!;
    const place = begin + (SHARES[first + 1]! - begin) * SHARES[second]!;
    return Math.min(reduceTasks - 1, Math.floor(place * reduceTasks));
  },
};

function cumulativeShares(): Float64Array {
  const shares = new Float64Array(257);
  for (let byte = 0; byte < 256; byte++) shares[byte + 1] = shares[byte]! + weight(byte);
  const all = shares[256]!;
  return shares.map((share) => share / all);
}

function weight(byte: number): number {
  if (byte >= 0x61 && byte <= 0x7a) return 24;
  if (byte >= 0x41 && byte <= 0x5a || byte >= 0x30 && byte <= 0x39) return 8;
  if (byte >= 0x20 && byte < 0x7f) return 3;
  return 1;
}
