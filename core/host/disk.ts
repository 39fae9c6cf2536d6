/**
 * A folder of this machine as a {@linkcode Disk}. What is quick (names, small writes into the system's cache) is done
 * at once; syncs and long writes run beside the program, which goes on meanwhile.
 */

import { join } from "node:path";
import {
  type Disk,
  DiskError,
  type DiskErrorReason,
  type DiskFile,
  type OnDone,
} from "../base/disk.ts";

const LOCK_FILE = "lock";

/** The folder. It is made if it does not exist. */
export class HostDisk implements Disk {
  readonly path: string;
  #lock: Deno.FsFile | undefined;

  /**
   * @throws {DiskError} If there is no such folder and it cannot be made.
   */
  constructor(path: string) {
    this.path = path;
    attempt(`make the folder "${path}"`, () => makeFolder(path));
  }

  lock(): void {
    this.#lock ??= attempt(`lock "${this.path}"`, () => {
      const file = Deno.openSync(join(this.path, LOCK_FILE), { write: true, create: true });
      // The system gives such a lock up when the process ends, however it ends: there are no stale locks.
      if (file.tryLockSync(true)) return file;
      file.close();
      throw new DiskError("locked", `Cannot lock "${this.path}": another process owns it`);
    });
  }

  unlock(): void {
    // Closing alone is not enough while a child that is just being started shares the file.
    this.#lock?.unlockSync();
    this.#lock?.close();
    this.#lock = undefined;
  }

  list(): string[] {
    return attempt(
      `list "${this.path}"`,
      () =>
        [...Deno.readDirSync(this.path)].filter(({ isFile }) => isFile).map(({ name }) => name)
          .filter((name) => name !== LOCK_FILE).sort(),
    );
  }

  open(name: string): DiskFile {
    const path = join(this.path, name);
    const options = { read: true, write: true };
    return new HostFile(path, attempt(`open "${path}"`, () => Deno.openSync(path, options)));
  }

  create(name: string): DiskFile {
    const path = join(this.path, name);
    return attempt(`create "${path}"`, () => {
      removeIfThere(path);
      return new HostFile(path, Deno.openSync(path, { read: true, write: true, createNew: true }));
    });
  }

  rename(from: string, to: string): void {
    const path = join(this.path, from);
    attempt(`rename "${path}"`, () => Deno.renameSync(path, join(this.path, to)));
  }

  remove(name: string): void {
    const path = join(this.path, name);
    attempt(`remove "${path}"`, () => removeIfThere(path));
  }

  syncNames(onDone: OnDone): void {
    const what = `sync the folder "${this.path}"`;
    let folder: Deno.FsFile;
    try {
      folder = attempt(what, () => Deno.openSync(this.path));
    } catch (error) {
      return onDone(error as DiskError);
    }
    settle(what, folder.sync().finally(() => folder.close()), onDone);
  }

  syncNamesNow(): void {
    attempt(`sync the folder "${this.path}"`, () => {
      using folder = Deno.openSync(this.path);
      folder.syncSync();
    });
  }
}

class HostFile implements DiskFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** Where the system would read or write next. A seek costs several times what a small write does. */
  #position = 0;

  constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  get size(): number {
    return attempt(`look at "${this.#path}"`, () => this.#file.statSync().size);
  }

  read(offset: number, length: number): Uint8Array {
    return attempt(`read "${this.#path}"`, () => {
      const available = Math.max(0, this.#file.statSync().size - offset);
      const bytes = new Uint8Array(Math.min(length, available));
      this.#seek(offset);
      let filled = 0;
      while (filled < bytes.length) {
        const count = this.#file.readSync(bytes.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      this.#position += filled;
      return bytes.subarray(0, filled);
    });
  }

  write(offset: number, bytes: Uint8Array): void {
    attempt(`write to "${this.#path}"`, () => {
      this.#seek(offset);
      for (let written = 0; written < bytes.length;) {
        const count = this.#file.writeSync(written === 0 ? bytes : bytes.subarray(written));
        written += count;
        this.#position += count;
      }
    });
  }

  writeLater(offset: number, bytes: Uint8Array, onDone: OnDone): void {
    settle(`write to "${this.#path}"`, this.#writeAll(offset, bytes), onDone);
  }

  sync(onDone: OnDone): void {
    settle(`sync "${this.#path}"`, this.#file.syncData(), onDone);
  }

  syncNow(): void {
    attempt(`sync "${this.#path}"`, () => this.#file.syncDataSync());
  }

  close(): void {
    this.#file.close();
  }

  async #writeAll(offset: number, bytes: Uint8Array): Promise<void> {
    this.#seek(offset);
    for (let written = 0; written < bytes.length;) {
      const count = await this.#file.write(bytes.subarray(written));
      written += count;
      this.#position += count;
    }
  }

  #seek(offset: number): void {
    if (offset === this.#position) return;
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    this.#position = offset;
  }
}

/** Makes a folder and those above it, and their names safe. */
function makeFolder(path: string): void {
  try {
    Deno.mkdirSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return;
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    makeFolder(join(path, ".."));
    return makeFolder(path);
  }
  using above = Deno.openSync(join(path, ".."));
  above.syncSync();
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function attempt<T>(what: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw asDiskError(what, error);
  }
}

function settle(what: string, promise: Promise<void>, onDone: OnDone): void {
  promise.then(() => onDone(undefined), (error) => onDone(asDiskError(what, error)));
}

function asDiskError(what: string, cause: unknown): DiskError {
  if (cause instanceof DiskError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DiskError(reasonOf(cause), `Cannot ${what}: ${message}`, { cause });
}

function reasonOf(cause: unknown): DiskErrorReason {
  if (cause instanceof Deno.errors.NotFound) return "absent";
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return code === "ENOSPC" || code === "EDQUOT" ? "full" : "error";
}
