/** Writes a sorted walk to a file. */

import { combineNext } from "./combine.ts";
import { KeyGroups } from "./key_groups.ts";
import type { PairCursor } from "./pair_cursor.ts";
import type { Combine } from "./program.ts";
import type { RunFile } from "./run_file.ts";

/**
 * Adds all pairs of `cursor` to `file`, with one value for each key if there is a `combine`. `onFlush` is called each time
 * before some of them are written, and may throw to end it. The result is the number of pairs in the file.
 */
export async function writePairs(
  cursor: PairCursor,
  combine: Combine | undefined,
  file: RunFile,
  onFlush: () => void,
): Promise<number> {
  const groups = new KeyGroups(cursor);
  let pairs = 0;
  while (combine === undefined ? addNext(cursor, file) : combineNext(groups, combine, file)) {
    pairs++;
    if (!file.isFull) continue;
    onFlush();
    await file.flush();
  }
  return pairs;
}

function addNext(cursor: PairCursor, file: RunFile): boolean {
  if (!cursor.next()) return false;
  const { key, keyStart, keyEnd, value, valueStart, valueEnd } = cursor;
  file.add(key, keyStart, keyEnd, value, valueStart, valueEnd);
  return true;
}
