/** Keeps a second process out of a place that belongs to one. */

/** A file that one process holds at a time, and that is gone when nobody does. It is free when its holder dies. */
export class LockFile {
  readonly #path: string;
  readonly #file: Deno.FsFile;

  private constructor(path: string, file: Deno.FsFile) {
    this.#path = path;
    this.#file = file;
  }

  /**
   * Takes the lock, or returns `undefined` if another process has it.
   *
   * @throws If the file cannot be made.
   */
  static take(path: string): LockFile | undefined {
    for (;;) {
      const file = Deno.openSync(path, { write: true, create: true });
      if (!file.tryLockSync(true)) {
        file.close();
        return undefined;
      }
      // Who held it before may have removed it after it was opened here: then this is another file.
      if (isAt(path, file)) return new LockFile(path, file);
      file.close();
    }
  }

  /** Gives the lock back. */
  release(): void {
    try {
      Deno.removeSync(this.#path);
    } catch {
      // The folder may be gone, and the lock with it.
    }
    this.#file.close();
  }
}

function isAt(path: string, file: Deno.FsFile): boolean {
  try {
    return Deno.statSync(path).ino === file.statSync().ino;
  } catch {
    return false;
  }
}
