/**
 * A simulated disk for files written in place: written bytes and safe bytes are different things, names are safe only
 * after a sync of the folder, and everything can fail. Programs see it through {@linkcode SimFileDisk.mount}. Without
 * faults every operation succeeds within its call.
 */

import { type Disk, DiskError, type DiskErrorReason, type OnDone } from "../base/disk.ts";
import { NO_BYTES } from "../base/bytes.ts";
import type { Random } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import type { Chance, DiskOptions } from "./disk.ts";
import { digestBytes, FoldKind } from "./event_hash.ts";
import type { FileImage } from "./file_image.ts";
import { FolderImage } from "./folder_image.ts";
import { MountedDisk } from "./mounted_disk.ts";
import { toMicros } from "./scheduler.ts";
import type { Simulation } from "./simulation.ts";

/** What can fail. */
export type FileDiskOperation =
  | "open"
  | "create"
  | "read"
  | "write"
  | "sync"
  | "rename"
  | "remove"
  | "syncNames";

/** An operation that a program is about to carry out. */
export interface Operation {
  readonly operation: FileDiskOperation;
  /** The name under which the file was opened. */
  readonly file: string;
  /** For a write: the file itself. */
  readonly image: FileImage | undefined;
  /** For a write: where, and what. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Settings of a {@linkcode SimFileDisk}. */
export interface FileDiskOptions extends DiskOptions {
  /** What the folder holds; by default nothing. The disk changes it. */
  readonly image?: FolderImage;
  /**
   * What a crash leaves of what was not synced: of each file a `prefix` of the bytes in the order in which they were
   * written, or any of the `sectors`; and the same of the changes of names. By default a prefix.
   */
  readonly tearing?: "prefix" | "sectors";
  /** Is told of every operation that changes something, just before. */
  readonly onOperation?: (operation: Operation) => void;
}

const NO_WRITE = { image: undefined, offset: 0, bytes: NO_BYTES };

/** The disk of one server. It outlives the server's crashes. */
export class SimFileDisk {
  /** What the folder is called. */
  readonly path: string;
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #image: FolderImage;
  readonly #tearing: "prefix" | "sectors";
  readonly #onOperation: ((operation: Operation) => void) | undefined;
  #delayMinMicros = 0;
  #delayMaxMicros = 0;
  #capacity: number;
  #errors: Chance | undefined;
  readonly #failNext = new Map<FileDiskOperation, DiskErrorReason>();
  #stalled: (() => void)[] | undefined;
  /** Counts the programs that used this disk; all but the last one are dead. */
  #user = 0;
  #locked = false;

  constructor(simulation: Simulation, options: FileDiskOptions = {}) {
    this.#simulation = simulation;
    this.path = `disk/${options.name ?? 0}`;
    const disk = simulation.random.child("disk");
    this.#random = options.name === undefined ? disk : disk.child(`${options.name}`);
    this.#image = options.image ?? new FolderImage();
    this.#tearing = options.tearing ?? "prefix";
    this.#onOperation = options.onOperation;
    this.#capacity = options.capacity ?? Infinity;
    this.#errors = options.errors;
    this.setSyncDelay(options.syncDelayMin ?? ms(0), options.syncDelayMax ?? ms(0));
  }

  /** What the folder holds: for whoever looks at it from outside. */
  get image(): FolderImage {
    return this.#image;
  }

  /** Lets a program use the disk, in place of the one before, whose view of it is dead from now on. */
  mount(): Disk {
    this.restart();
    return new MountedDisk(this, this.#user);
  }

  /** The machine loses power. What was not synced may be lost; what was not over never will be. */
  crash(): void {
    this.restart();
    const bySector = this.#tearing === "sectors";
    const keeps = () => this.#random.chance(1, 2);
    const names = this.#random.between(0, this.#image.unsafeChanges);
    this.#simulation.fold(FoldKind.crash, this.#image.unsafeChanges, names);
    this.#image.crash(bySector ? keeps : (change) => change < names, (file) => {
      const unsafe = file.unsafeBytes;
      if (bySector) file.crashBySectors(keeps);
      else file.crash(this.#random.between(0, unsafe));
      this.#simulation.fold(FoldKind.crash, unsafe, file.size);
    });
  }

  /** The program that used the disk is killed. What it wrote is there, and as safe as it was. */
  restart(): void {
    this.#user++;
    this.#locked = false;
  }

  /** Sets how long syncs and long writes take from now on. */
  setSyncDelay(min: Millis, max: Millis): void {
    this.#delayMinMicros = toMicros(min);
    this.#delayMaxMicros = toMicros(max);
  }

  /** Sets how many bytes all files together may have. What is there stays. */
  setCapacity(bytes: number): void {
    this.#capacity = bytes;
  }

  /** Sets how often operations fail from now on; `undefined` for never. */
  setErrors(errors: Chance | undefined): void {
    this.#errors = errors;
  }

  /** Makes the next operation of that kind fail. */
  failNext(operation: FileDiskOperation, reason: DiskErrorReason = "error"): void {
    this.#failNext.set(operation, reason);
  }

  /** From now on no sync and no long write comes to an end, until {@linkcode resume}. */
  stall(): void {
    this.#stalled ??= [];
  }

  /** Ends a stall. */
  resume(): void {
    const stalled = this.#stalled ?? [];
    this.#stalled = undefined;
    for (const end of stalled) this.#simulation.clock.after(ms(0), end);
  }

  /** Ends all that is wrong with the disk: from now on it has room, does not stall, and nothing fails. */
  heal(): void {
    this.#capacity = Infinity;
    this.#errors = undefined;
    this.#failNext.clear();
    this.resume();
  }

  /** Turns over one bit of a file, drawn at random, as if the medium had decayed. Returns which. */
  flipBit(name: string): number {
    const file = this.#image.get(name);
    if (file === undefined) throw new RangeError(`There is no file "${name}"`);
    const bit = this.#random.below(file.size * 8);
    file.flipBit(bit);
    this.#simulation.fold(FoldKind.fault, 13, bit);
    return bit;
  }

  /** Says whether the program with that number still runs. */
  isUser(user: number): boolean {
    return user === this.#user;
  }

  /** Takes the lock. Returns false if it is taken. */
  takeLock(): boolean {
    const taken = !this.#locked;
    this.#locked = true;
    return taken;
  }

  /** Gives the lock up. */
  releaseLock(): void {
    this.#locked = false;
  }

  /** An operation begins. It throws if that is to fail. */
  attempt(operation: FileDiskOperation, name: string): void {
    const error = this.#failureOf(operation, name);
    if (error !== undefined) throw error;
  }

  /** Bytes are to be written. Returns why that failed, if it did; then a part of them was. */
  write(name: string, file: FileImage, offset: number, bytes: Uint8Array): DiskError | undefined {
    this.#simulation.fold(FoldKind.write, offset, digestBytes(bytes));
    const error = this.#failureOf("write", name, { image: file, offset, bytes });
    const room = Math.min(bytes.length, Math.max(0, file.size - offset + this.#room()));
    const written = error === undefined ? room : this.#random.below(room + 1);
    if (written > 0) file.write(offset, bytes.subarray(0, written));
    if (error !== undefined || room === bytes.length) return error;
    return new DiskError("full", `Cannot write to "${name}": no space is left on the disk`);
  }

  /** A file is to be synced; `onDone` runs when it is. */
  sync(name: string, file: FileImage, onDone: OnDone): void {
    const error = this.#failureOf("sync", name);
    const mark = file.mark();
    this.later(onDone, error, () => settle(file, mark, error));
  }

  /** The same at once. */
  syncNow(name: string, file: FileImage): void {
    const error = this.#failureOf("sync", name);
    settle(file, file.mark(), error);
    if (error !== undefined) throw error;
  }

  /** The names are to be synced; `onDone` runs when they are. */
  syncNames(onDone: OnDone): void {
    const error = this.#failureOf("syncNames", this.path);
    const mark = this.#image.mark();
    this.later(onDone, error, () => {
      if (error === undefined) this.#image.makeSafe(mark);
    });
  }

  /** Lets an operation take its time, and then have its effect, if its program still runs. */
  later(onDone: OnDone, error: DiskError | undefined, effect: () => void = () => {}): void {
    const user = this.#user;
    const end = () => {
      if (!this.isUser(user)) return;
      if (this.#stalled !== undefined) return void this.#stalled.push(end);
      effect();
      onDone(error);
    };
    if (this.#delayMaxMicros === 0) return end();
    const delay = this.#random.between(this.#delayMinMicros, this.#delayMaxMicros);
    this.#simulation.clock.after(ms(delay / 1000), end);
  }

  #room(): number {
    if (this.#capacity === Infinity) return Infinity;
    const used = this.#image.files.reduce((sum, { size }) => sum + size, 0);
    return Math.max(0, this.#capacity - used);
  }

  #failureOf(
    operation: FileDiskOperation,
    file: string,
    write: Pick<Operation, "image" | "offset" | "bytes"> = NO_WRITE,
  ): DiskError | undefined {
    const isChange = operation !== "open" && operation !== "read";
    if (isChange) this.#onOperation?.({ operation, file, ...write });
    const reason = this.#failNext.get(operation) ?? this.#drawFailure();
    this.#failNext.delete(operation);
    if (reason === undefined) return undefined;
    const why = reason === "full" ? "no space is left on the disk" : "input/output error";
    return new DiskError(reason, `Cannot ${PHRASE[operation]} "${file}": ${why}`);
  }

  #drawFailure(): DiskErrorReason | undefined {
    const errors = this.#errors;
    if (errors === undefined) return undefined;
    return this.#random.chance(errors.numerator, errors.denominator) ? "error" : undefined;
  }
}

const PHRASE: Readonly<Record<FileDiskOperation, string>> = {
  open: "open",
  create: "create",
  read: "read",
  write: "write to",
  sync: "sync",
  rename: "rename",
  remove: "remove",
  syncNames: "sync the names in",
};

/** A sync is over. After one that failed, what it was for is never written: not by a later one either. */
function settle(file: FileImage, mark: number, error: DiskError | undefined): void {
  if (error === undefined) file.makeSafe(mark);
  else file.forget(mark);
}
