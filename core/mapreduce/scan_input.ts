/** Feeds a {@linkcode Scanner}: what it is not done with stands in front of the next piece. */

import type { Scanner } from "./app.ts";
import { countLines } from "./skipped_records.ts";

const LINE_FEED = 10;

/** Passes pieces of one split to a scanner. */
export class ScanInput {
  readonly #scanner: Scanner;
  #buffer = new Uint8Array(0);
  /** The number of bytes in the buffer, none of which the scanner is done with. */
  #length = 0;
  /** How many bytes there must be before the scanner is asked again. */
  #wanted = 0;
  #linesHere = 0;
  #lastByte = LINE_FEED;

  constructor(scanner: Scanner) {
    this.#scanner = scanner;
  }

  /** The number of bytes that wait for more. */
  get waiting(): number {
    return this.#length;
  }

  /** The number of lines so far. */
  get lines(): number {
    const lineFeeds = this.#scanner.lineFeeds ?? this.#linesHere;
    return lineFeeds + (this.#lastByte === LINE_FEED ? 0 : 1);
  }

  /** Takes the next piece. */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    const length = this.#length + piece.length;
    if (length > this.#buffer.length) this.#grow(length);
    this.#buffer.set(piece, this.#length);
    this.#length = length;
    this.#lastByte = piece.at(-1)!;
    if (this.#scanner.lineFeeds === undefined) {
      this.#linesHere += countLines(piece) - (this.#lastByte === LINE_FEED ? 0 : 1);
    }
    if (length < this.#wanted) return;
    const done = this.#scanner.scan(this.#buffer.subarray(0, length), false);
    this.#buffer.copyWithin(0, done, length);
    this.#length -= done;
    // A word of 100 MB is looked at a few times, not once for each piece.
    this.#wanted = 2 * this.#length;
  }

  /** Ends the split. */
  end(): void {
    this.#scanner.scan(this.#buffer.subarray(0, this.#length), true);
    this.#length = 0;
  }

  #grow(length: number): void {
    const larger = new Uint8Array(Math.max(length + 4096, this.#length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
