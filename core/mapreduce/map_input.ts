/**
 * Reads splits. A split owns the lines that begin in it (see `splits.ts`): the end of a line that began before it is
 * passed over, and its last line is read to its end. A compressed file is one split, and is unpacked on the way.
 */

import { createGunzip, type Gunzip } from "node:zlib";
import type { Split } from "./job.ts";
import type { InputFiles } from "./local_files.ts";
import { isCompressed } from "./splits.ts";

/** Some bytes of an input file. */
export interface InputPiece {
  readonly bytes: Uint8Array;
  /** Where in the file, or in what a compressed file holds, the first of them stands. */
  readonly offset: number;
}

/** About how many bytes are read at a time. */
export const PIECE_BYTES: number = 256 * 1024;

/**
 * About how many bytes of whole lines are handed on at a time. What an application makes of so few is gone before the
 * garbage collector has moved it, which halves time and memory for applications over text.
 */
const LINES_BYTES = 64 * 1024;

/** What is read behind the end of a split together with its end, to find the end of its last line. */
const LAST_LINE_BYTES = 4096;
const LINE_FEED = 10;

/** Reads one split. `onRead` is told how many bytes were read each time, before they are unpacked. */
export class SplitReader {
  readonly #files: InputFiles;
  readonly #split: Split;
  readonly #pieceBytes: number;
  readonly #onRead: (bytes: number) => void;

  constructor(
    files: InputFiles,
    split: Split,
    onRead: (bytes: number) => void = () => {},
    pieceBytes: number = PIECE_BYTES,
  ) {
    this.#files = files;
    this.#split = split;
    this.#onRead = onRead;
    this.#pieceBytes = pieceBytes;
  }

  /** The bytes of all lines that begin in the split, cut anywhere. */
  pieces(): AsyncGenerator<InputPiece> {
    return isCompressed(this.#split.file) ? this.#unpacked() : this.#plain();
  }

  /** The same in pieces of whole lines. The last line of a file may lack its line feed. */
  async *lines(): AsyncGenerator<InputPiece> {
    let parts: Uint8Array[] = [];
    let offset = 0;
    for await (const piece of this.pieces()) {
      if (parts.length === 0) offset = piece.offset;
      const first = parts.length === 0 ? 0 : piece.bytes.indexOf(LINE_FEED) + 1;
      const last = piece.bytes.lastIndexOf(LINE_FEED) + 1;
      if (last === 0) {
        parts.push(piece.bytes);
        continue;
      }
      if (first > 0) {
        parts.push(piece.bytes.subarray(0, first));
        yield { bytes: concat(parts), offset };
      }
      yield* wholeLines(piece, first, last);
      parts = last < piece.bytes.length ? [piece.bytes.subarray(last)] : [];
      offset = piece.offset + last;
    }
    if (parts.length > 0) yield { bytes: concat(parts), offset };
  }

  /** The same, line by line. */
  async *records(): AsyncGenerator<InputPiece> {
    for await (const { bytes, offset } of this.lines()) {
      for (let start = 0; start < bytes.length;) {
        const end = bytes.indexOf(LINE_FEED, start) + 1 || bytes.length;
        yield { bytes: bytes.subarray(start, end), offset: offset + start };
        start = end;
      }
    }
  }

  /** All bytes of the split at once, for applications that want whole files. */
  async whole(): Promise<InputPiece> {
    const parts: Uint8Array[] = [];
    for await (const { bytes } of this.pieces()) parts.push(bytes);
    return { bytes: concat(parts), offset: this.#split.start };
  }

  async *#plain(): AsyncGenerator<InputPiece> {
    const { start, end } = this.#split;
    if (start === end) return;
    // The byte before the split says whether a line begins with it.
    let skipping = start > 0;
    for await (const { bytes, offset } of this.#readFrom(skipping ? start - 1 : 0)) {
      let first = 0;
      if (skipping) {
        first = bytes.indexOf(LINE_FEED) + 1;
        if (offset + (first || bytes.length) >= end) return;
        if (first === 0) continue;
        skipping = false;
      }
      const lastOfSplit = end - 1 - offset;
      const lineEnd = lastOfSplit < bytes.length
        ? bytes.indexOf(LINE_FEED, Math.max(lastOfSplit, first)) + 1
        : 0;
      if (lineEnd > 0) {
        yield { bytes: bytes.subarray(first, lineEnd), offset: offset + first };
        return;
      }
      if (first < bytes.length) yield { bytes: bytes.subarray(first), offset: offset + first };
    }
  }

  /** Reads on and on to the end of the file; within the split one piece ahead. */
  async *#readFrom(start: number): AsyncGenerator<InputPiece> {
    const { file, end } = this.#split;
    let offset = start;
    let ahead: Promise<Uint8Array> | undefined;
    try {
      for (;;) {
        const bytes = await (ahead ?? this.#read(offset));
        ahead = undefined;
        if (bytes.length === 0) break;
        this.#onRead(bytes.length);
        const next = offset + bytes.length;
        if (next < end) ahead = this.#read(next);
        yield { bytes, offset };
        offset = next;
      }
    } finally {
      await ahead?.catch(() => {});
    }
    if (offset < end) {
      throw new Error(`${file} has become shorter: ${end} bytes when the job began, ${offset} now`);
    }
  }

  #read(offset: number): Promise<Uint8Array> {
    const left = this.#split.end - offset;
    const length = left > 0 ? Math.min(this.#pieceBytes, left + LAST_LINE_BYTES) : this.#pieceBytes;
    return this.#files.read(this.#split.file, offset, length);
  }

  async *#unpacked(): AsyncGenerator<InputPiece> {
    const { file, start, end } = this.#split;
    if (start === end) return;
    const gunzip = createGunzip({ chunkSize: Math.max(64, this.#pieceBytes) });
    let readError: unknown;
    const feeding = this.#feed(gunzip).catch((error) => {
      readError = error;
      gunzip.destroy(error);
    });
    let offset = 0;
    try {
      for await (const { buffer, byteOffset, length } of gunzip as AsyncIterable<Uint8Array>) {
        // Not as Node's own kind of array: its slices are no copies.
        const bytes = new Uint8Array(buffer, byteOffset, length);
        yield { bytes, offset };
        offset += bytes.length;
      }
    } catch (cause) {
      if (cause === readError) throw cause;
      throw new Error(`${file} cannot be unpacked: ${(cause as Error).message}`, { cause });
    } finally {
      gunzip.destroy();
      await feeding;
    }
  }

  async #feed(gunzip: Gunzip): Promise<void> {
    const closed = new Promise((resolve) => gunzip.once("close", resolve));
    for await (const { bytes } of this.#readFrom(0)) {
      if (gunzip.destroyed) return;
      if (gunzip.write(bytes)) continue;
      await Promise.race([closed, new Promise((resolve) => gunzip.once("drain", resolve))]);
    }
    gunzip.end();
  }
}

/** Cuts the lines from `first` to `last` into pieces. */
function* wholeLines(
  { bytes, offset }: InputPiece,
  first: number,
  last: number,
): Generator<InputPiece> {
  for (let start = first; start < last;) {
    const end = bytes.indexOf(LINE_FEED, Math.min(last - 1, start + LINES_BYTES)) + 1;
    yield { bytes: bytes.subarray(start, end), offset: offset + start };
    start = end;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
