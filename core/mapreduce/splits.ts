/**
 * Cuts the input into map tasks by looking at nothing but sizes. A split owns the lines that *begin* in it: whoever
 * reads one skips the end of a line that began before it, and reads on behind its end to finish its last line. So
 * a cut may fall anywhere, and every line still belongs to exactly one split.
 */

import type { Split } from "./job.ts";

/** The size of a split that nobody chose otherwise. */
export const SPLIT_BYTES_DEFAULT: number = 32 * 1024 * 1024;

/** A split may exceed the wanted size by this factor before it becomes two, so that no tiny ones are left over. */
const SLACK = 1.1;

/** Only beyond so many splits do small ones share a task: a task for each is simpler to follow. */
const TASKS_BEFORE_GROUPING = 1000;

/** An input file. */
export interface InputFile {
  /** Its name as it was given to the master. */
  readonly file: string;
  /** In bytes. */
  readonly size: number;
  /** Something that changes with the content, such as the time of the last change; empty or missing if unknown. */
  readonly version?: string;
  /** The machines that have it on a disk of their own, if that is known ({@linkcode WorkerAddress.machineId}). */
  readonly machines?: readonly string[];
}

/** How to cut. */
export interface SplitOptions {
  /** About how large a split is, in bytes; `>= 1`. */
  readonly splitBytes: number;
  /** One split for each file, even for an empty one. */
  readonly wholeFiles: boolean;
}

/**
 * Returns the splits of `files`, in order. Compressed files (`.gz`) stay whole. Empty files have no lines and so no
 * split, unless the application wants whole files.
 *
 * @throws {RangeError} If `splitBytes` is not an integer above 0.
 *
 * @example
 * ```ts
 * import { planSplits } from "./splits.ts";
 * import assert from "node:assert/strict";
 *
 * const files = [{ file: "a.txt", size: 50 }];
 * assert.deepEqual(planSplits(files, { splitBytes: 32, wholeFiles: false }), [
 *   { file: "a.txt", start: 0, end: 25 },
 *   { file: "a.txt", start: 25, end: 50 },
 * ]);
 * ```
 */
export function planSplits(files: readonly InputFile[], options: SplitOptions): Split[] {
  const { splitBytes, wholeFiles } = options;
  if (!(Number.isSafeInteger(splitBytes) && splitBytes >= 1)) {
    throw new RangeError(`A split has at least one byte: current value is ${splitBytes}`);
  }
  const splits: Split[] = [];
  for (const { file, size } of files) {
    const pieces = wholeFiles || isCompressed(file)
      ? Number(wholeFiles || size > 0)
      : Math.ceil(size / (splitBytes * SLACK));
    for (let i = 0; i < pieces; i++) {
      splits.push({
        file,
        start: Math.floor((size / pieces) * i),
        end: i + 1 === pieces ? size : Math.floor((size / pieces) * (i + 1)),
      });
    }
  }
  return splits;
}

/**
 * Returns the splits of each map task: one, unless there are thousands of small ones. Then neighbours share a task as
 * long as they have less than `splitBytes` together, and a thousand tasks are left.
 */
export function groupSplits(
  splits: readonly Split[],
  splitBytes: number,
  tasksBeforeGrouping: number = TASKS_BEFORE_GROUPING,
): Split[][] {
  if (splits.length <= tasksBeforeGrouping) return splits.map((split) => [split]);
  const totalBytes = splits.reduce((sum, { start, end }) => sum + end - start, 0);
  const bytesMax = Math.min(splitBytes, totalBytes / tasksBeforeGrouping);
  const countMax = Math.ceil(splits.length / tasksBeforeGrouping) * 2;
  const groups: Split[][] = [];
  let group: Split[] = [];
  let bytes = 0;
  for (const split of splits) {
    const size = split.end - split.start;
    if (group.length > 0 && (bytes + size > bytesMax || group.length === countMax)) {
      groups.push(group);
      group = [];
      bytes = 0;
    }
    group.push(split);
    bytes += size;
  }
  groups.push(group);
  return groups;
}

/** Says whether a file can only be read from its beginning to its end, by its name. */
export function isCompressed(file: string): boolean {
  return /\.gz$/i.test(file);
}
