/** A folder of this machine that is looked at and not touched: nothing is made, locked or written. */

import { join } from "node:path";
import { DiskError, type DiskFile, type ReadableDisk } from "../base/disk.ts";

const LOCK_FILE = "lock";

/** The folder. */
export class DiskReader implements ReadableDisk {
  readonly path: string;

  /** @throws {DiskError} `absent`, if there is no such folder. */
  constructor(path: string) {
    this.path = path;
    this.list();
  }

  list(): string[] {
    return attempt(
      `list "${this.path}"`,
      () =>
        [...Deno.readDirSync(this.path)].filter(({ isFile }) => isFile).map(({ name }) => name)
          .filter((name) => name !== LOCK_FILE).sort(),
    );
  }

  open(name: string): Pick<DiskFile, "size" | "read" | "close"> {
    const path = join(this.path, name);
    const file = attempt(`open "${path}"`, () => Deno.openSync(path));
    return {
      get size() {
        return attempt(`look at "${path}"`, () => file.statSync().size);
      },
      read: (offset, length) => attempt(`read "${path}"`, () => read(file, offset, length)),
      close: () => file.close(),
    };
  }

  /** Whether a process owns the folder at the moment. */
  isInUse(): boolean {
    try {
      using file = Deno.openSync(join(this.path, LOCK_FILE));
      return !file.tryLockSync(false);
    } catch {
      // Nobody has ever owned it, or it is not for us to know.
      return false;
    }
  }
}

function read(file: Deno.FsFile, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(Math.max(0, Math.min(length, file.statSync().size - offset)));
  file.seekSync(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < bytes.length) {
    const count = file.readSync(bytes.subarray(filled));
    if (count === null) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = cause instanceof Deno.errors.NotFound ? "absent" : "error";
    throw new DiskError(reason, `Cannot ${what}: ${message}`, { cause });
  }
}
