/** Leaves out the records that attempts failed on (the paper's §4.6). */

import type { InputPiece } from "./map_input.ts";
import type { RecordRange } from "./messages.ts";

const LINE_FEED = 10;

/** The records of one file that must not reach the application. */
export class SkippedRecords {
  readonly #ranges: readonly RecordRange[];
  #count = 0;

  constructor(ranges: readonly RecordRange[]) {
    this.#ranges = [...ranges].sort((a, b) => a.start - b.start);
  }

  /** How many records were left out so far. */
  get count(): number {
    return this.#count;
  }

  /** Says whether a whole record is left out. */
  has(record: RecordRange): boolean {
    const found = this.#ranges.some(({ start, end }) => start <= record.start && record.end <= end);
    if (found) this.#count++;
    return found;
  }

  /** Returns what is left of a piece of the file. */
  *without(piece: InputPiece): Generator<InputPiece> {
    if (this.#ranges.length === 0) return yield piece;
    const end = piece.offset + piece.bytes.length;
    let from = piece.offset;
    for (const range of this.#ranges) {
      if (range.end <= from || range.start >= end) continue;
      const start = Math.max(range.start, from);
      if (start > from) yield part(piece, from, start);
      from = Math.min(range.end, end);
      this.#count += countLineStarts(piece, range, start, from);
    }
    if (from < end) yield part(piece, from, end);
  }
}

/** Returns the number of lines in a text; the last one may lack its line feed. */
export function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === LINE_FEED) count++;
  return bytes.length > 0 && bytes.at(-1) !== LINE_FEED ? count + 1 : count;
}

function part({ bytes, offset }: InputPiece, start: number, end: number): InputPiece {
  return { bytes: bytes.subarray(start - offset, end - offset), offset: start };
}

/** Counts the lines of `range` that begin in its part from `start` to `end`. */
function countLineStarts(
  { bytes, offset }: InputPiece,
  range: RecordRange,
  start: number,
  end: number,
): number {
  let count = start === range.start ? 1 : 0;
  const last = Math.min(end, range.end - 1);
  for (let i = start; i < last; i++) if (bytes[i - offset] === LINE_FEED) count++;
  return count;
}
