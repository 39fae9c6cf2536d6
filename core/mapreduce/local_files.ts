/** What the data path needs of the disk of its own machine. */

import type { Files } from "../base/ports.ts";

/**
 * Files that can also be read without waiting. A merge needs that: the values of a key are a plain iterable to the
 * application, they may be more than memory holds, and so some are read while it walks over them.
 */
export interface LocalFiles extends Files {
  /**
   * Reads up to `length` bytes from `offset` on, fewer only at the end of the file. The bytes are the caller's.
   *
   * @throws {Error} If the file cannot be read.
   */
  readNow(path: string, offset: number, length: number): Uint8Array;
}

/** What the data path needs to read input, wherever it lies. Files go by the names that the master was given. */
export type InputFiles = Pick<Files, "read">;
