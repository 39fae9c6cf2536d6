/**
 * A folder on a disk that can be full, as one is on which even what is written in place needs new room: such as ZFS, or
 * a quota of it. Half of a write may find room and the rest not.
 */

import { type Disk, DiskError, type DiskFile, type OnDone } from "../../core/base/mod.ts";

/** See the head of this file. */
export class FullDisk implements Disk {
  readonly #disk: Disk;
  isFull = false;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  get path(): string {
    return this.#disk.path;
  }

  lock(): void {
    this.#disk.lock();
  }

  unlock(): void {
    this.#disk.unlock();
  }

  list(): string[] {
    return this.#disk.list();
  }

  open(name: string): DiskFile {
    return this.#wrap(name, this.#disk.open(name));
  }

  create(name: string): DiskFile {
    if (this.isFull) throw this.#noRoom(name);
    return this.#wrap(name, this.#disk.create(name));
  }

  rename(from: string, to: string): void {
    this.#disk.rename(from, to);
  }

  remove(name: string): void {
    this.#disk.remove(name);
  }

  syncNames(onDone: OnDone): void {
    this.#disk.syncNames(onDone);
  }

  syncNamesNow(): void {
    this.#disk.syncNamesNow();
  }

  #noRoom(name: string): DiskError {
    return new DiskError("full", `Cannot write to "${name}": no space left on the disk`);
  }

  #wrap(name: string, file: DiskFile): DiskFile {
    const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length >> 1);
    return {
      get size() {
        return file.size;
      },
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => {
        file.write(offset, this.isFull ? half(bytes) : bytes);
        if (this.isFull) throw this.#noRoom(name);
      },
      writeLater: (offset, bytes, onDone) => {
        if (!this.isFull) return file.writeLater(offset, bytes, onDone);
        file.writeLater(offset, half(bytes), (error) => onDone(error ?? this.#noRoom(name)));
      },
      sync: (onDone) => file.sync(onDone),
      syncNow: () => file.syncNow(),
      close: () => file.close(),
    };
  }
}
