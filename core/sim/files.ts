/**
 * Files in memory, as programs see them and as they would be after the machine has lost power. With a
 * simulation, operations take virtual time; without one they are done at once. All faults are off by default.
 */

import type { Files, FileWriter, Random } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import { DiskError } from "./disk.ts";
import { folderOf, isBelow, resolvePath } from "./file_path.ts";
import { MemoryFile } from "./memory_file.ts";
import type { Simulation } from "./simulation.ts";

/** Settings of {@linkcode MemoryFiles}. */
export interface MemoryFilesOptions {
  /** The absolute path of the folder that relative paths are below; by default `/`. */
  readonly root?: string;
  /** How many bytes all files together may have; by default there is no limit. */
  readonly capacity?: number;
  /** Where virtual time passes; by default no time passes. */
  readonly simulation?: Simulation;
  /** Whose files they are: their times are drawn from the stream `files/name`. */
  readonly name?: string;
  /** How long an operation takes, drawn for each; by default 0.05 to 0.5 ms. */
  readonly delayMin?: Millis;
  readonly delayMax?: Millis;
}

const DELAY_MIN = ms(0.05);
const DELAY_MAX = ms(0.5);

/**
 * The {@linkcode Files} of one machine. They outlive its programs.
 *
 * @example
 * ```ts
 * import { MemoryFiles } from "./files.ts";
 * import assert from "node:assert/strict";
 *
 * const files = new MemoryFiles();
 * const writer = await files.create("results/a");
 * await writer.write(new Uint8Array(10));
 * await writer.close(false);
 * assert.equal(await files.size("results/a"), 10);
 * files.crash();
 * assert.equal(await files.size("results/a"), undefined);
 * ```
 */
export class MemoryFiles implements Files {
  readonly #root: string;
  readonly #simulation: Simulation | undefined;
  readonly #random: Random | undefined;
  readonly #delayMinMicros: number;
  readonly #delayMaxMicros: number;
  #files = new Map<string, MemoryFile>();
  /** What would be there after a crash, at least. */
  #safe = new Map<string, MemoryFile>();
  readonly #folders = new Set<string>(["/"]);
  #capacity: number;
  /** How many operations are to succeed before one fails. */
  #failAfter = Infinity;
  #crashes = 0;

  constructor(options: MemoryFilesOptions = {}) {
    this.#root = resolvePath("/", options.root ?? "/");
    this.#simulation = options.simulation;
    const random = options.simulation?.random.child("files");
    this.#random = options.name === undefined ? random : random?.child(options.name);
    this.#delayMinMicros = Math.round((options.delayMin ?? DELAY_MIN) * 1000);
    this.#delayMaxMicros = Math.round((options.delayMax ?? DELAY_MAX) * 1000);
    this.#capacity = options.capacity ?? Infinity;
    this.#makeFolders(this.#root);
  }

  size(path: string): Promise<number | undefined> {
    return this.#attempt(`look at "${path}"`, () => this.#at(path)?.length);
  }

  read(path: string, offset: number, length: number): Promise<Uint8Array> {
    return this.#attempt(`read "${path}"`, () => this.#existing(path).read(offset, length));
  }

  /** Reads at once, in no time, what {@linkcode read} reads: for who cannot wait. */
  readNow(path: string, offset: number, length: number): Uint8Array {
    try {
      return this.#existing(path).read(offset, length);
    } catch (error) {
      throw new Error(`Cannot read "${path}": ${(error as Error).message}`);
    }
  }

  create(path: string): Promise<FileWriter> {
    // A writer belongs to the life of the machine that it was made in.
    const crashes = this.#crashes;
    return this.#attempt(`create "${path}"`, () => {
      const full = this.#resolve(path);
      this.#checkPlace(full);
      const file = new MemoryFile();
      this.#files.set(full, file);
      return new MemoryFileWriter(path, file, {
        attempt: (what, action) => this.#attempt(what, action, crashes),
        roomFor: (count) => this.#roomFor(count),
        makeSafe: () => {
          file.isSafe = true;
          if (this.#files.get(full) === file) this.#safe.set(full, file);
        },
      });
    });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#attempt(`rename "${from}" to "${to}"`, () => {
      const file = this.#existing(from);
      const source = this.#resolve(from);
      const target = this.#resolve(to);
      this.#checkPlace(target);
      this.#files.delete(source);
      this.#files.set(target, file);
      if (!file.isSafe) return;
      if (this.#safe.get(source) === file) this.#safe.delete(source);
      this.#safe.set(target, file);
    });
  }

  remove(path: string): Promise<void> {
    return this.#attempt(`remove "${path}"`, () => {
      const full = this.#resolve(path);
      for (const names of [this.#files, this.#folders]) {
        for (const name of names.keys()) {
          if (name === full || isBelow(name, full)) names.delete(name);
        }
      }
      this.#folders.add("/");
    });
  }

  list(folder: string): Promise<string[]> {
    return this.#attempt(`list "${folder}"`, () => {
      const full = this.#resolve(folder);
      if (this.#files.has(full)) throw new Error("It is a file");
      const all = [...this.#files.keys(), ...this.#folders];
      const below = all.filter((name) => name !== "/" && folderOf(name) === full);
      return below.map((name) => name.slice(name.lastIndexOf("/") + 1)).sort();
    });
  }

  /**
   * The machine loses power. What was not durable is gone: new files, names and removals alike. With `random`, each
   * of them may have become durable by chance, a file up to any byte. Operations and writers of before never end.
   */
  crash(random?: Random): void {
    this.#crashes++;
    const kept = new Map<string, MemoryFile>();
    for (const path of new Set([...this.#files.keys(), ...this.#safe.keys()])) {
      const present = this.#files.get(path);
      const safe = this.#safe.get(path);
      const happened = present !== safe && random !== undefined && random.chance(1, 2);
      const file = happened ? present?.afterCrash(random) : safe;
      if (file === undefined) continue;
      kept.set(path, file);
      this.#makeFolders(folderOf(path));
    }
    this.#files = kept;
    this.#safe = new Map(kept);
  }

  /** Sets how many bytes all files together may have. What is there stays. */
  setCapacity(bytes: number): void {
    this.#capacity = bytes;
  }

  /** Makes one operation fail, whatever it is: the next one, or the one after `succeeding` more. */
  failNext(succeeding = 0): void {
    this.#failAfter = succeeding;
  }

  /**
   * Does `action` after the time that it takes, unless it is to fail. If the machine crashed since it began, or
   * after the crash number `crashes`, it never ends.
   */
  async #attempt<T>(what: string, action: () => T, crashes = this.#crashes): Promise<T> {
    await this.#delay();
    if (crashes !== this.#crashes) return new Promise(() => {});
    if (this.#failAfter-- === 0) {
      this.#failAfter = Infinity;
      throw new DiskError("error", `Cannot ${what}: input/output error`);
    }
    try {
      return action();
    } catch (error) {
      const message = `Cannot ${what}: ${(error as Error).message}`;
      throw error instanceof DiskError ? new DiskError(error.reason, message) : new Error(message);
    }
  }

  async #delay(): Promise<void> {
    if (this.#simulation === undefined) return;
    const micros = this.#random!.between(this.#delayMinMicros, this.#delayMaxMicros);
    await this.#simulation.clock.sleep(ms(micros / 1000));
  }

  #resolve(path: string): string {
    return resolvePath(this.#root, path);
  }

  #at(path: string): MemoryFile | undefined {
    return this.#files.get(this.#resolve(path));
  }

  #existing(path: string): MemoryFile {
    const file = this.#at(path);
    if (file !== undefined) return file;
    throw new Error(this.#folders.has(this.#resolve(path)) ? "It is a folder" : "No such file");
  }

  /** Sees to it that a file can be at this place. */
  #checkPlace(full: string): void {
    if (this.#folders.has(full)) throw new Error("There is a folder of that name");
    this.#makeFolders(folderOf(full));
  }

  #makeFolders(folder: string): void {
    if (this.#files.has(folder)) throw new Error(`${folder} is a file`);
    if (this.#folders.has(folder)) return;
    this.#makeFolders(folderOf(folder));
    this.#folders.add(folder);
  }

  /** Returns how many of `count` more bytes fit. */
  #roomFor(count: number): number {
    if (this.#capacity === Infinity) return count;
    let used = 0;
    for (const file of this.#files.values()) used += file.length;
    return Math.min(count, Math.max(0, this.#capacity - used));
  }
}

/** What a writer needs of the files it belongs to. */
interface WriterContext {
  attempt<T>(what: string, action: () => T): Promise<T>;
  roomFor(count: number): number;
  makeSafe(): void;
}

class MemoryFileWriter implements FileWriter {
  readonly #path: string;
  readonly #file: MemoryFile;
  readonly #context: WriterContext;
  #failed = false;
  #closed = false;

  constructor(path: string, file: MemoryFile, context: WriterContext) {
    this.#path = path;
    this.#file = file;
    this.#context = context;
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#context.attempt(`write "${this.#path}"`, () => this.#append(bytes));
    } catch (error) {
      this.#failed = true;
      throw error;
    }
  }

  async close(durable: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#context.attempt(`sync "${this.#path}"`, () => {
      if (!durable) return;
      if (this.#failed) throw new Error("Not all of it was written");
      this.#context.makeSafe();
    });
  }

  #append(bytes: Uint8Array): void {
    if (this.#closed || this.#failed) throw new Error("It is closed, or an earlier write failed");
    const room = this.#context.roomFor(bytes.length);
    this.#file.append(bytes.subarray(0, room));
    if (room < bytes.length) throw new DiskError("full", "no space is left");
  }
}
