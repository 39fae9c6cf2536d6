/**
 * The files of this machine. Opening and naming are done at once, because they are quick; reading, writing and
 * syncing, which can take long, leave the program to go on with other things.
 */

import { dirname, resolve } from "node:path";
import type { Files, FileWriter } from "../base/ports.ts";

/**
 * The {@linkcode Files} below a folder of this machine; absolute paths lead anywhere. What was closed as durable
 * stays durable when it is renamed.
 */
export class HostFiles implements Files {
  readonly #root: string;
  readonly #folders = new FolderSync();
  /** Files that were closed as durable, under their present names. */
  readonly #durable = new Set<string>();

  /** Relative paths are below `root`, by default the current folder. */
  constructor(root = ".") {
    this.#root = resolve(root);
  }

  size(path: string): Promise<number | undefined> {
    return this.#attempt(`look at "${path}"`, path, (full) => {
      try {
        const info = Deno.statSync(full);
        return info.isFile ? info.size : undefined;
      } catch (error) {
        if (isAbsent(error)) return undefined;
        throw error;
      }
    });
  }

  read(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#attempt(`read "${path}"`, path, async (full) => {
      using file = Deno.openSync(full);
      const available = Math.max(0, file.statSync().size - offset);
      const bytes = new Uint8Array(Math.min(length, available));
      if (offset > 0) file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < bytes.length) {
        const count = await file.read(bytes.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    });
  }

  /** Reads at once what {@linkcode read} reads: for who cannot wait. */
  readNow(path: string, offset: number, length: number): Uint8Array {
    try {
      using file = Deno.openSync(resolve(this.#root, path));
      const available = Math.max(0, file.statSync().size - offset);
      const bytes = new Uint8Array(Math.min(length, available));
      if (offset > 0) file.seekSync(offset, Deno.SeekMode.Start);
      let filled = 0;
      while (filled < bytes.length) {
        const count = file.readSync(bytes.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      return bytes.subarray(0, filled);
    } catch (error) {
      throw failure(`read "${path}"`, error);
    }
  }

  create(path: string): Promise<FileWriter> {
    return this.#attempt(`create "${path}"`, path, (full) => {
      this.#folders.make(dirname(full));
      // Whoever still writes to, or reads, the file of that name keeps it for himself.
      removeIfThere(full);
      this.#durable.delete(full);
      const file = Deno.openSync(full, { write: true, createNew: true });
      return new HostFileWriter(path, file, async () => {
        await this.#folders.sync(dirname(full));
        this.#durable.add(full);
      });
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#attempt(`rename "${from}" to "${to}"`, from, async (source) => {
      const target = resolve(this.#root, to);
      if (!Deno.statSync(source).isFile) throw new Error("It is not a file");
      this.#folders.make(dirname(target));
      Deno.renameSync(source, target);
      this.#durable.delete(target);
      if (!this.#durable.delete(source)) return;
      await this.#folders.sync(dirname(target));
      this.#durable.add(target);
    });
  }

  remove(path: string): Promise<void> {
    return this.#attempt(`remove "${path}"`, path, async (full) => {
      try {
        await Deno.remove(full, { recursive: true });
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
      for (const durable of this.#durable) {
        if (durable === full || durable.startsWith(`${full}/`)) this.#durable.delete(durable);
      }
    });
  }

  list(folder: string): Promise<string[]> {
    return this.#attempt(`list "${folder}"`, folder, async (full) => {
      try {
        const names: string[] = [];
        for await (const entry of Deno.readDir(full)) names.push(entry.name);
        return names.sort();
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return [];
        throw error;
      }
    });
  }

  async #attempt<T>(
    what: string,
    path: string,
    action: (full: string) => T | Promise<T>,
  ): Promise<T> {
    try {
      return await action(resolve(this.#root, path));
    } catch (error) {
      throw failure(what, error);
    }
  }
}

/** Writes one file. */
class HostFileWriter implements FileWriter {
  readonly #path: string;
  readonly #file: Deno.FsFile;
  /** Makes the file's name survive a crash. */
  readonly #syncName: () => Promise<void>;
  #failed = false;
  #closed = false;

  constructor(path: string, file: Deno.FsFile, syncName: () => Promise<void>) {
    this.#path = path;
    this.#file = file;
    this.#syncName = syncName;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      for (let written = 0; written < bytes.length;) {
        written += await this.#file.write(written === 0 ? bytes : bytes.subarray(written));
      }
    } catch (error) {
      this.#failed = true;
      throw failure(`write "${this.#path}"`, error);
    }
  }

  async close(durable: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      // A sync that failed is not tried again: what it should have written may be lost for ever.
      if (durable && !this.#failed) await this.#file.syncData();
    } catch (error) {
      throw failure(`sync "${this.#path}"`, error);
    } finally {
      this.#file.close();
    }
    if (!durable) return;
    if (this.#failed) throw new Error(`Cannot sync "${this.#path}": not all of it was written`);
    try {
      await this.#syncName();
    } catch (error) {
      throw failure(`sync the folder of "${this.#path}"`, error);
    }
  }
}

/** Folders, and what of them is not known to survive a crash. */
class FolderSync {
  /** Folders that were made here, and whose names in the folders above were not synced. */
  readonly #unsynced = new Set<string>();

  /** Makes a folder and those above it. */
  make(folder: string): void {
    try {
      Deno.mkdirSync(folder);
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return;
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      this.make(dirname(folder));
      return this.make(folder);
    }
    this.#unsynced.add(folder);
  }

  /** Makes the names in a folder survive a crash, and the folder with them. */
  async sync(folder: string): Promise<void> {
    using file = Deno.openSync(folder);
    await file.sync();
    if (!this.#unsynced.has(folder)) return;
    await this.sync(dirname(folder));
    this.#unsynced.delete(folder);
  }
}

function removeIfThere(path: string): void {
  try {
    // Removing would take an empty folder, too.
    if (Deno.lstatSync(path).isDirectory) throw new Error("There is a folder of that name");
    Deno.removeSync(path);
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

/** There is no such file, and a part of its path may be a file. */
function isAbsent(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory;
}

function failure(what: string, cause: unknown): Error {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new Error(`Cannot ${what}: ${reason}`, { cause });
}
