/** "Did you mean": the nearest of the words that would have been right. */

/**
 * Returns the candidate nearest to `word`, or `undefined` if none is near: at most three edits, and fewer
 * than half of the longer word's characters. Upper and lower case count as equal.
 *
 * @example
 * ```ts
 * import { closest } from "./suggest.ts";
 * import assert from "node:assert/strict";
 * assert.equal(closest("2d", ["2A", "2D"]), "2D");
 * assert.equal(closest("fihs", ["bash", "fish"]), "fish");
 * assert.equal(closest("powershell", ["bash", "fish"]), undefined);
 * ```
 */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  let best: string | undefined;
  let bestDistance = 4;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    const longer = Math.max(word.length, candidate.length);
    if (distance < bestDistance && distance * 2 < longer + 1) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
