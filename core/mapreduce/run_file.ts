/** A sorted file being written. */

import type { Files, FileWriter } from "../base/ports.ts";
import type { PairSink } from "./program.ts";
import { RunWriter } from "./run_writer.ts";

/** How much gathers in memory before it is written. */
export const WRITE_BYTES: number = 256 * 1024;

/** Writes sorted pairs to a file, which is made when the first of them is written. */
export class RunFile implements PairSink {
  readonly #files: Files;
  readonly #path: string;
  readonly #pairs = new RunWriter();
  #file: FileWriter | undefined;

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** The size of the file, once everything is written. */
  get length(): number {
    return this.#pairs.length;
  }

  /** Whether it is time to {@linkcode flush}. */
  get isFull(): boolean {
    return this.#pairs.pending >= WRITE_BYTES;
  }

  add(
    key: Uint8Array,
    keyStart: number,
    keyEnd: number,
    value: Uint8Array,
    valueStart: number,
    valueEnd: number,
  ): void {
    this.#pairs.add(key, keyStart, keyEnd, value, valueStart, valueEnd);
  }

  /** Writes what there is. What is added afterwards begins a new block. */
  async flush(): Promise<void> {
    const bytes = this.#pairs.take();
    if (bytes.length === 0) return;
    this.#file ??= await this.#files.create(this.#path);
    await this.#file.write(bytes);
  }

  /** Writes the rest, and returns the size of the file; 0 if there is none, because nothing was added. */
  async close(): Promise<number> {
    await this.flush();
    await this.#file?.close(false);
    return this.length;
  }
}
