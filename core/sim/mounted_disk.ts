/**
 * A simulated disk as one program sees it. When another program has taken its place, or the machine has crashed,
 * nothing that the program does has any effect, and nothing that it waits for happens.
 */

import { type Disk, DiskError, type DiskFile, type OnDone } from "../base/disk.ts";
import type { SimFileDisk } from "./file_disk.ts";
import { FileImage } from "./file_image.ts";

/** The view of one program. */
export class MountedDisk implements Disk {
  readonly #device: SimFileDisk;
  readonly #user: number;

  constructor(device: SimFileDisk, user: number) {
    this.#device = device;
    this.#user = user;
  }

  get path(): string {
    return this.#device.path;
  }

  lock(): void {
    if (!this.#isAlive || this.#device.takeLock()) return;
    throw new DiskError("locked", `Cannot lock "${this.path}": another process owns it`);
  }

  unlock(): void {
    if (this.#isAlive) this.#device.releaseLock();
  }

  list(): string[] {
    return this.#device.image.names;
  }

  open(name: string): DiskFile {
    this.#device.attempt("open", name);
    const file = this.#device.image.get(name);
    if (file === undefined) {
      throw new DiskError("absent", `Cannot open "${name}": there is no such file`);
    }
    return new MountedFile(this.#device, this.#user, name, file);
  }

  create(name: string): DiskFile {
    if (!this.#isAlive) return new MountedFile(this.#device, this.#user, name, new FileImage());
    this.#device.attempt("create", name);
    return new MountedFile(this.#device, this.#user, name, this.#device.image.create(name));
  }

  rename(from: string, to: string): void {
    if (!this.#isAlive) return;
    this.#device.attempt("rename", from);
    if (this.#device.image.rename(from, to)) return;
    throw new DiskError("absent", `Cannot rename "${from}": there is no such file`);
  }

  remove(name: string): void {
    if (!this.#isAlive) return;
    this.#device.attempt("remove", name);
    this.#device.image.remove(name);
  }

  syncNames(onDone: OnDone): void {
    if (this.#isAlive) this.#device.syncNames(onDone);
  }

  syncNamesNow(): void {
    if (!this.#isAlive) return;
    this.#device.attempt("syncNames", this.path);
    this.#device.image.makeSafe(this.#device.image.mark());
  }

  get #isAlive(): boolean {
    return this.#device.isUser(this.#user);
  }
}

class MountedFile implements DiskFile {
  readonly #device: SimFileDisk;
  readonly #user: number;
  readonly #name: string;
  readonly #file: FileImage;

  constructor(device: SimFileDisk, user: number, name: string, file: FileImage) {
    this.#device = device;
    this.#user = user;
    this.#name = name;
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, length: number): Uint8Array {
    this.#device.attempt("read", this.#name);
    return this.#file.read(offset, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    if (!this.#isAlive) return;
    const error = this.#device.write(this.#name, this.#file, offset, bytes);
    if (error !== undefined) throw error;
  }

  writeLater(offset: number, bytes: Uint8Array, onDone: OnDone): void {
    if (!this.#isAlive) return;
    this.#device.later(onDone, this.#device.write(this.#name, this.#file, offset, bytes));
  }

  sync(onDone: OnDone): void {
    if (this.#isAlive) this.#device.sync(this.#name, this.#file, onDone);
  }

  syncNow(): void {
    if (this.#isAlive) this.#device.syncNow(this.#name, this.#file);
  }

  close(): void {}

  get #isAlive(): boolean {
    return this.#device.isUser(this.#user);
  }
}
