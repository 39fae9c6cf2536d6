/** The folder of a run. */

import { FailedError, UsageError } from "../errors.ts";

/**
 * Makes a folder, or takes one that is empty.
 *
 * @throws {UsageError} If there is something in it.
 * @throws {FailedError} If it cannot be made.
 */
export function makeNewFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
    if (Deno.readDirSync(path)[Symbol.iterator]().next().done) return;
  } catch (error) {
    throw new FailedError(`--out: cannot make the folder '${path}': ${(error as Error).message}`);
  }
  throw new UsageError(`--out: the folder '${path}' is not empty`);
}
