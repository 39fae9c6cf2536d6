/**
 * A simulated disk: files whose bytes are written at once and safe only after a sync. What a crash keeps
 * of the rest, and all the ways in which a disk fails, follow from the seed. Without faults every
 * operation succeeds, and a sync ends within its call: that is the disk of the labs.
 */

import { DiskError, type OnDone } from "../base/disk.ts";
import type { Random } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import { DiskFile, type WriteMark } from "./disk_file.ts";
import { digestBytes, FoldKind } from "./event_hash.ts";
import { ScheduledEvent } from "./event_heap.ts";
import { toMicros } from "./scheduler.ts";
import type { Simulation } from "./simulation.ts";

/** How often something happens: in `numerator` of `denominator` cases. */
export interface Chance {
  readonly numerator: number;
  readonly denominator: number;
}

/** What can fail. */
export type DiskOperation = "append" | "replace" | "sync";

/** What is wrong with a disk. */
export interface DiskFaults {
  /** How many bytes all files together may have; by default there is no limit. */
  readonly capacity?: number;
  /** How often an operation fails; by default never. */
  readonly errors?: Chance;
}

/** Settings of a {@linkcode SimDisk}. */
export interface DiskOptions extends DiskFaults {
  /** Whose disk it is: it draws from the stream `disk/name`. Disks of one simulation need different names. */
  readonly name?: string | number;
  /** How long a sync takes, drawn for each; by default no time at all. */
  readonly syncDelayMin?: Millis;
  readonly syncDelayMax?: Millis;
}

export { DiskError };

/** Learns that a sync is over: what was written before it is safe, unless there was an error. */
export type OnSynced = OnDone;

/** The disk of one server. It outlives the server's crashes. */
export class SimDisk {
  readonly #simulation: Simulation;
  readonly #random: Random;
  readonly #files = new Map<string, DiskFile>();
  #syncDelayMinMicros = 0;
  #syncDelayMaxMicros = 0;
  #capacity: number;
  #errors: Chance | undefined;
  #failNext: DiskOperation | undefined;
  #stalled: PendingSync[] | undefined;
  #crashes = 0;
  #users = 0;

  constructor(simulation: Simulation, options: DiskOptions = {}) {
    this.#simulation = simulation;
    const disk = simulation.random.child("disk");
    this.#random = options.name === undefined ? disk : disk.child(`${options.name}`);
    this.#capacity = options.capacity ?? Infinity;
    this.#errors = options.errors;
    this.setSyncDelay(options.syncDelayMin ?? ms(0), options.syncDelayMax ?? ms(0));
  }

  /** How often this disk crashed. */
  get crashes(): number {
    return this.#crashes;
  }

  /** Makes a program the user of this disk, in place of the one before. Returns what it shows its right with. */
  takeOver(): number {
    return ++this.#users;
  }

  /** Says whether the program that took the disk over with this number still runs. */
  isUser(user: number): boolean {
    return user === this.#users;
  }

  /** Returns the bytes of a file as programs see them; none if there is no such file. */
  read(name: string): Uint8Array {
    return this.#file(name).read();
  }

  /**
   * Adds bytes at the end of a file, which need not exist before.
   *
   * @throws {DiskError} If the disk is full or fails; then a part of the bytes may have been written.
   */
  append(name: string, bytes: Uint8Array): void {
    const file = this.#file(name);
    const failed = this.#isFailing("append");
    const room = this.#roomFor(bytes.length);
    this.#simulation.fold(FoldKind.write, file.length, digestBytes(bytes));
    if (!failed && room === bytes.length) return file.append(bytes);
    file.append(bytes.subarray(0, failed ? this.#random.below(room + 1) : room));
    throw this.#error(failed, `Appending ${bytes.length} bytes to ${name}`);
  }

  /**
   * Puts bytes in place of the whole file, as one step: after a crash it is either the old or the new one.
   *
   * @throws {DiskError} If the disk is full or fails; then the file is the old one.
   */
  replace(name: string, bytes: Uint8Array): void {
    const file = this.#file(name);
    const failed = this.#isFailing("replace");
    this.#simulation.fold(FoldKind.write, -1, digestBytes(bytes));
    if (failed || this.#roomFor(bytes.length) < bytes.length) {
      throw this.#error(failed, `Replacing ${name} by ${bytes.length} bytes`);
    }
    file.replace(bytes);
  }

  /** Cuts a file to its first `length` bytes, as one step. */
  truncate(name: string, length: number): void {
    const file = this.#file(name);
    file.replace(file.read().subarray(0, length));
  }

  /**
   * Makes what was written to a file so far survive a crash. `onSynced` runs when that is done: within this
   * call if syncs take no time. It never runs if the disk crashes before.
   */
  sync(name: string, onSynced: OnSynced): void {
    const file = this.#file(name);
    const error = this.#isFailing("sync") ? this.#error(true, `Syncing ${name}`) : undefined;
    const delay = this.#syncDelayMaxMicros === 0
      ? 0
      : this.#random.between(this.#syncDelayMinMicros, this.#syncDelayMaxMicros);
    if (delay === 0 && this.#stalled === undefined) {
      if (error === undefined) file.makeAllSafe();
      onSynced(error);
      return;
    }
    const sync = new PendingSync(this, file, onSynced, error);
    this.#simulation.scheduler.schedule(sync, delay);
  }

  /** A sync that its caller waits for, doing nothing else: as programs do when they start. */
  syncNow(name: string): void {
    this.#file(name).makeAllSafe();
  }

  /**
   * The machine loses power. Each file keeps what was synced, and of the rest any prefix, torn at any byte.
   * Syncs that were not over never will be.
   */
  crash(): void {
    this.#crashes++;
    this.#users++;
    for (const file of this.#files.values()) {
      const unsafe = file.unsafe;
      const cut = unsafe === 0 ? 0 : this.#random.between(0, unsafe);
      file.crash(cut);
      this.#simulation.fold(FoldKind.crash, unsafe, cut);
    }
  }

  /** Sets how long syncs take from now on. */
  setSyncDelay(min: Millis, max: Millis): void {
    this.#syncDelayMinMicros = toMicros(min);
    this.#syncDelayMaxMicros = toMicros(max);
    if (min > max) {
      throw new RangeError(
        `syncDelayMin must be at most syncDelayMax: ${min} ms is above ${max} ms`,
      );
    }
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
  failNext(operation: DiskOperation): void {
    this.#failNext = operation;
  }

  /** From now on no sync comes to an end, until {@linkcode SimDisk.resume}. */
  stall(): void {
    this.#stalled ??= [];
  }

  /** Ends a stall: the syncs whose time has come are over now. */
  resume(): void {
    const stalled = this.#stalled ?? [];
    this.#stalled = undefined;
    for (const sync of stalled) this.#simulation.scheduler.schedule(sync, 0);
  }

  /** Turns over one bit of a file, drawn at random, as if the medium had decayed. Returns which. */
  flipBit(name: string): number {
    const file = this.#file(name);
    const bit = this.#random.below(file.length * 8);
    file.flipBit(bit);
    this.#simulation.fold(FoldKind.fault, 12, bit);
    return bit;
  }

  /** The time of a sync has come. Returns false if the disk stalls; then there will be another time. */
  onSyncDue(sync: PendingSync): boolean {
    this.#stalled?.push(sync);
    return this.#stalled === undefined;
  }

  #file(name: string): DiskFile {
    let file = this.#files.get(name);
    if (file === undefined) {
      file = new DiskFile();
      this.#files.set(name, file);
    }
    return file;
  }

  /** Returns how many of `count` more bytes fit. */
  #roomFor(count: number): number {
    if (this.#capacity === Infinity) return count;
    let used = 0;
    for (const file of this.#files.values()) used += file.length;
    return Math.min(count, Math.max(0, this.#capacity - used));
  }

  #isFailing(operation: DiskOperation): boolean {
    if (this.#failNext === operation) {
      this.#failNext = undefined;
      return true;
    }
    const errors = this.#errors;
    return errors !== undefined && this.#random.chance(errors.numerator, errors.denominator);
  }

  #error(failed: boolean, what: string): DiskError {
    return failed
      ? new DiskError("error", `${what} failed: input/output error`)
      : new DiskError("full", `${what} failed: the disk is full at ${this.#capacity} bytes`);
  }
}

/** A sync on its way. */
class PendingSync extends ScheduledEvent {
  readonly #disk: SimDisk;
  readonly #file: DiskFile;
  readonly #mark: WriteMark;
  readonly #crashes: number;
  readonly #onSynced: OnSynced;
  readonly #error: DiskError | undefined;

  constructor(disk: SimDisk, file: DiskFile, onSynced: OnSynced, error: DiskError | undefined) {
    super();
    this.#disk = disk;
    this.#file = file;
    this.#mark = file.mark();
    this.#crashes = disk.crashes;
    this.#onSynced = onSynced;
    this.#error = error;
  }

  override fire(): void {
    if (this.#disk.crashes !== this.#crashes || !this.#disk.onSyncDue(this)) return;
    if (this.#error === undefined) this.#file.makeSafe(this.#mark);
    this.#onSynced(this.#error);
  }
}
