/** The bytes of one file in memory. */

import type { Random } from "../base/ports.ts";

/** A file that grows at its end. */
export class MemoryFile {
  /** Whether all of it would survive a crash. */
  isSafe = false;
  #buffer = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Returns a copy of up to `length` bytes from `offset` on. */
  read(offset: number, length: number): Uint8Array {
    const end = Math.min(this.#length, offset + length);
    return this.#buffer.slice(Math.min(offset, end), end);
  }

  append(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(64, 2 * length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** What a crash leaves of it: all if it is safe, any beginning of it otherwise. */
  afterCrash(random: Random): MemoryFile {
    if (this.isSafe) return this;
    const left = new MemoryFile();
    left.append(this.read(0, random.between(0, this.#length)));
    left.isSafe = true;
    return left;
  }
}
