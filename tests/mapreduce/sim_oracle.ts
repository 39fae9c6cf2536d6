/** Word count, done once and in order: what every simulated job must come to. */

import type { RecordRange } from "../../core/mapreduce/messages.ts";
import { partition } from "../../core/mapreduce/partition.ts";

/** A line of an input file, with its place. */
export interface Line extends RecordRange {
  readonly text: string;
}

/** The right result. */
export interface Expected {
  /** The content of `mr-out-Y`, for each Y. */
  readonly outputs: readonly string[];
  readonly lines: number;
  readonly words: number;
}

const encoder = new TextEncoder();

/** The lines that begin in `[start, end)` of a file of ASCII text. */
export function linesOf(file: string, text: string, start: number, end: number): Line[] {
  const lines: Line[] = [];
  let at = start;
  if (start > 0 && text[start - 1] !== "\n") {
    const newline = text.indexOf("\n", start);
    at = newline < 0 ? text.length : newline + 1;
  }
  while (at < end && at < text.length) {
    const newline = text.indexOf("\n", at);
    const behind = newline < 0 ? text.length : newline + 1;
    lines.push({ file, start: at, end: behind, text: text.slice(at, behind) });
    at = behind;
  }
  return lines;
}

/** The words of a line. */
export function wordsOf(line: string): string[] {
  return line.match(/[A-Za-z]+/g) ?? [];
}

/** Which partition a word belongs to. */
export function partitionOf(word: string, nReduce: number): number {
  return partition(encoder.encode(word), nReduce);
}

/** The content of one output file. */
export function formatOutput(counts: ReadonlyMap<string, number>): string {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([word, n]) => `${word} ${n}\n`)
    .join("");
}

/** Counts everything in order; lines that `isBad` are left out. */
export function countAll(
  texts: ReadonlyMap<string, string>,
  nReduce: number,
  isBad: (line: string) => boolean,
): Expected {
  const counts = Array.from({ length: nReduce }, () => new Map<string, number>());
  let [lines, words] = [0, 0];
  for (const [file, text] of texts) {
    for (const line of linesOf(file, text, 0, text.length)) {
      if (isBad(line.text)) continue;
      lines++;
      for (const word of wordsOf(line.text)) {
        words++;
        const part = counts[partitionOf(word, nReduce)]!;
        part.set(word, (part.get(word) ?? 0) + 1);
      }
    }
  }
  return { outputs: counts.map(formatOutput), lines, words };
}
