/**
 * The Hadoop Streaming contract, as far as it is text: lines in, lines `key<TAB>value` out, and reports to the
 * framework among what is written to standard error.
 */

const TAB = 9;
const LINE_FEED = 10;

/** Receives the line `bytes[start, end)`, without its line feed. */
export type TakeLine = (bytes: Uint8Array, start: number, end: number) => void;

/** Puts lines together that arrive in pieces. */
export class LineSplitter {
  readonly #take: TakeLine;
  #parts: Uint8Array[] = [];

  constructor(take: TakeLine) {
    this.#take = take;
  }

  /** Takes the next piece, and gives all lines that end in it. */
  add(piece: Uint8Array): void {
    let start = 0;
    let end = piece.indexOf(LINE_FEED);
    if (end >= 0 && this.#parts.length > 0) {
      this.#parts.push(piece.subarray(0, end));
      this.#takeParts();
      start = end + 1;
      end = piece.indexOf(LINE_FEED, start);
    }
    for (; end >= 0; end = piece.indexOf(LINE_FEED, start)) {
      this.#take(piece, start, end);
      start = end + 1;
    }
    if (start < piece.length) this.#parts.push(piece.slice(start));
  }

  /** Gives the last line, if it lacks its line feed. */
  end(): void {
    if (this.#parts.length > 0) this.#takeParts();
  }

  #takeParts(): void {
    const line = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      line.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    this.#take(line, 0, line.length);
  }
}

/** Returns where the key of the line `bytes[start, end)` ends: at the first tab, or with the line. */
export function keyEndOf(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== TAB) at++;
  return at;
}

/** What a child process reports to the framework. */
export type Report =
  | { readonly kind: "counter"; readonly name: string; readonly amount: number }
  | { readonly kind: "status"; readonly text: string };

/**
 * Reads a line of standard error: `reporter:counter:group,counter,amount` or `reporter:status:text`. `undefined` if it
 * is neither, and so meant for people.
 *
 * @example
 * ```ts
 * import { parseReport } from "./streaming.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(parseReport("reporter:counter:Words,long,3"), {
 *   kind: "counter",
 *   name: "Words: long",
 *   amount: 3,
 * });
 * ```
 */
export function parseReport(line: string): Report | undefined {
  const counter = /^reporter:counter:([^,]*),([^,]*),\s*(-?\d{1,15})\s*$/.exec(line);
  if (counter !== null) {
    return {
      kind: "counter",
      name: `${counter[1]}: ${counter[2]}`,
      amount: Number(counter[3]),
    };
  }
  const status = /^reporter:status:(.*)$/.exec(line);
  return status === null ? undefined : { kind: "status", text: status[1]!.trim() };
}
