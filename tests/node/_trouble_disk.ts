/** A folder of this machine whose troubles the test decides. */

import { type Disk, DiskError, type DiskFile, type OnDone } from "../../core/base/mod.ts";
import { HostDisk } from "../../core/host/mod.ts";

/** What the disk suffers from. */
export type Trouble = "none" | "full" | "stalled" | "broken";

/** A {@linkcode HostDisk} that can be full, stall, and fail. */
export class TroubleDisk implements Disk {
  readonly #disk: HostDisk;
  #trouble: Trouble = "none";
  /** Syncs that wait for the end of a stall. */
  #stalled: (() => void)[] = [];

  constructor(path: string) {
    this.#disk = new HostDisk(path);
  }

  get path(): string {
    return this.#disk.path;
  }

  /** From now on, until it is set to something else. */
  set trouble(trouble: Trouble) {
    this.#trouble = trouble;
    if (trouble === "stalled") return;
    for (const goOn of this.#stalled.splice(0)) goOn();
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
    return this.#wrap(this.#disk.open(name));
  }

  create(name: string): DiskFile {
    this.#write();
    return this.#wrap(this.#disk.create(name));
  }

  rename(from: string, to: string): void {
    this.#disk.rename(from, to);
  }

  remove(name: string): void {
    this.#disk.remove(name);
  }

  syncNames(onDone: OnDone): void {
    this.#sync(() => this.#disk.syncNames(onDone), onDone);
  }

  syncNamesNow(): void {
    this.#disk.syncNamesNow();
  }

  #write(): void {
    if (this.#trouble === "full") throw new DiskError("full", "Cannot write: no space left");
  }

  #sync(sync: () => void, onDone: OnDone): void {
    if (this.#trouble === "broken") {
      onDone(new DiskError("error", `Cannot sync "${this.path}": input/output error`));
    } else if (this.#trouble === "stalled") {
      this.#stalled.push(sync);
    } else sync();
  }

  #wrap(file: DiskFile): DiskFile {
    return {
      get size() {
        return file.size;
      },
      read: (offset, length) => file.read(offset, length),
      write: (offset, bytes) => {
        this.#write();
        file.write(offset, bytes);
      },
      writeLater: (offset, bytes, onDone) => file.writeLater(offset, bytes, onDone),
      sync: (onDone) => this.#sync(() => file.sync(onDone), onDone),
      syncNow: () => file.syncNow(),
      close: () => file.close(),
    };
  }
}
