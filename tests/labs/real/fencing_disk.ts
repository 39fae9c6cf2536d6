/**
 * A folder of this machine as one life of a server sees it. When that life is over, nothing it does has any effect and
 * nothing it waits for happens; what it had written stays, as when a process is killed.
 */

import type { Disk, DiskFile, OnDone } from "../../../core/base/disk.ts";
import { invariant } from "../../../core/base/errors.ts";
import { HostDisk } from "../../../core/host/disk.ts";

/** What becomes of the errors that callbacks throw. */
export type OnThrown = (error: unknown) => void;

/** A {@linkcode HostDisk} that can be taken away from whoever uses it. */
export class FencingDisk implements Disk {
  readonly #disk: HostDisk;
  readonly #onThrown: OnThrown;
  readonly #open = new Set<DiskFile>();
  #isAlive = true;
  /** Syncs and long writes that the system has not ended. */
  #underWay = 0;
  readonly #quiet = Promise.withResolvers<void>();

  constructor(path: string, onThrown: OnThrown) {
    this.#disk = new HostDisk(path);
    this.#onThrown = onThrown;
  }

  get path(): string {
    return this.#disk.path;
  }

  /** Whether the life that uses this disk goes on. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Ends the life. The folder is free for the next one at once; resolves when the system is done with this one's files. */
  fence(): Promise<void> {
    if (this.#isAlive) {
      this.#isAlive = false;
      this.#disk.unlock();
      this.#maybeClose();
    }
    return this.#quiet.promise;
  }

  lock(): void {
    this.#checkAlive("locks the folder");
    this.#disk.lock();
  }

  unlock(): void {
    if (this.#isAlive) this.#disk.unlock();
  }

  list(): string[] {
    return this.#disk.list();
  }

  open(name: string): DiskFile {
    this.#checkAlive(`opens ${name}`);
    return this.#add(this.#disk.open(name));
  }

  create(name: string): DiskFile {
    this.#checkAlive(`creates ${name}`);
    return this.#add(this.#disk.create(name));
  }

  rename(from: string, to: string): void {
    if (this.#isAlive) this.#disk.rename(from, to);
  }

  remove(name: string): void {
    if (this.#isAlive) this.#disk.remove(name);
  }

  syncNames(onDone: OnDone): void {
    this.begin(onDone, (done) => this.#disk.syncNames(done));
  }

  syncNamesNow(): void {
    if (this.#isAlive) this.#disk.syncNamesNow();
  }

  /** Begins something whose end only a life that goes on hears of. */
  begin(onDone: OnDone, start: (onDone: OnDone) => void): void {
    if (!this.#isAlive) return;
    this.#underWay++;
    start((error) => {
      this.#underWay--;
      if (!this.#isAlive) return this.#maybeClose();
      try {
        onDone(error);
      } catch (thrown) {
        this.#onThrown(thrown);
      }
    });
  }

  /** Gives one file back. */
  close(file: DiskFile): void {
    if (this.#isAlive && this.#open.delete(file)) file.close();
  }

  #checkAlive(what: string): void {
    invariant(this.#isAlive, "DeadDoesNothing", () => `a killed server ${what}`);
  }

  #add(file: DiskFile): DiskFile {
    this.#open.add(file);
    return new FencedFile(this, file);
  }

  #maybeClose(): void {
    if (this.#underWay > 0) return;
    for (const file of this.#open) file.close();
    this.#open.clear();
    this.#quiet.resolve();
  }
}

class FencedFile implements DiskFile {
  readonly #disk: FencingDisk;
  readonly #file: DiskFile;

  constructor(disk: FencingDisk, file: DiskFile) {
    this.#disk = disk;
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  read(offset: number, length: number): Uint8Array {
    return this.#file.read(offset, length);
  }

  write(offset: number, bytes: Uint8Array): void {
    if (this.#disk.isAlive) this.#file.write(offset, bytes);
  }

  writeLater(offset: number, bytes: Uint8Array, onDone: OnDone): void {
    this.#disk.begin(onDone, (done) => this.#file.writeLater(offset, bytes, done));
  }

  sync(onDone: OnDone): void {
    this.#disk.begin(onDone, (done) => this.#file.sync(done));
  }

  syncNow(): void {
    if (this.#disk.isAlive) this.#file.syncNow();
  }

  close(): void {
    this.#disk.close(this.#file);
  }
}
