/**
 * Space for the next segments: writing into space that a file already has is twice as fast as making the file
 * longer. Segments that are not needed any more are kept as spares; where there is none, one is filled with zeros
 * while the present segment is written.
 */

import type { Disk, DiskError, DiskFile } from "../../base/disk.ts";
import { attempt, attemptCleanup } from "./attempt.ts";
import { SPARE_TMP, spareName, spareNumber } from "./names.ts";

/** So much is written before other things get a turn. */
const CHUNK_BYTES = 1024 * 1024;
const ZEROS = new Uint8Array(CHUNK_BYTES);

/** No more old segments than this are kept. */
const SPARES_MAX = 4;

/** A file with space in it. */
export interface Space {
  readonly name: string;
  readonly file: DiskFile;
  readonly size: number;
  /** It holds zeros, and not what a segment left behind. */
  readonly isFresh: boolean;
}

/** Learns that there is space, or why not. */
export type OnSpace = (space: Space | DiskError) => void;

/** The keeper of spares. */
export class Spares {
  readonly #disk: Disk;
  readonly #bytes: number;
  readonly #onFailure: (error: DiskError) => void;
  readonly #ready: Space[] = [];
  /** Old segments whose new names are not safe yet. */
  #renamed: string[] = [];
  #isSyncing = false;
  #isMaking = false;
  #nextNumber = 1;
  #taker: { readonly bytes: number; readonly onSpace: OnSpace } | undefined;
  #onStopped: (() => void) | undefined;

  /** `bytes` is the usual size. `onFailure` learns of what nobody waits for, if it is more than a want of room. */
  constructor(disk: Disk, bytes: number, onFailure: (error: DiskError) => void) {
    this.#disk = disk;
    this.#bytes = bytes;
    this.#onFailure = onFailure;
  }

  /** The usual size of a segment. */
  get usualBytes(): number {
    return this.#bytes;
  }

  /** Takes over what a former life has left. */
  open(): void {
    for (const name of this.#disk.list()) {
      const number = spareNumber(name);
      if (number === undefined) continue;
      this.#nextNumber = Math.max(this.#nextNumber, number + 1);
      if (this.#ready.length < SPARES_MAX && this.#keep(name)) continue;
      this.#disk.remove(name);
    }
  }

  /** Makes sure that there is one, or will be. */
  prepare(): void {
    const isUnderWay = this.#isMaking || this.#isSyncing;
    if (this.#ready.length === 0 && !isUnderWay && !this.#onStopped) this.#make(this.#bytes);
  }

  /** Hands space of at least `bytes` over, now or when it has been made. One such call at a time. */
  take(bytes: number, onSpace: OnSpace): void {
    const at = this.#ready.findIndex(({ size }) => size >= bytes);
    if (at >= 0) return onSpace(this.#ready.splice(at, 1)[0]!);
    this.#taker = { bytes, onSpace };
    if (!this.#isMaking) this.#make(Math.max(bytes, this.#bytes));
  }

  /**
   * Keeps files as spares, or removes them if there are enough.
   *
   * @throws {DiskError} If neither can be done.
   */
  recycle(names: readonly string[]): void {
    for (const name of names) {
      if (this.#onStopped || this.#ready.length + this.#renamed.length >= SPARES_MAX) {
        this.#disk.remove(name);
        continue;
      }
      const spare = spareName(this.#nextNumber++);
      this.#disk.rename(name, spare);
      this.#renamed.push(spare);
    }
    if (!this.#isSyncing && this.#renamed.length > 0) this.#syncNames();
  }

  /** Makes no space any more; `onStopped` runs when nothing is under way. */
  stop(onStopped: () => void): void {
    this.#onStopped = onStopped;
    for (const { file } of this.#ready) file.close();
    this.#ready.length = 0;
    this.#maybeStop();
  }

  /** Their content must not be touched as long as a crash can bring their old names back. */
  #syncNames(): void {
    const names = this.#renamed;
    this.#renamed = [];
    this.#isSyncing = true;
    this.#disk.syncNames((error) => {
      this.#isSyncing = false;
      if (this.#onStopped) return this.#maybeStop();
      if (error !== undefined) return this.#onFailure(error);
      attempt(() => {
        for (const name of names) if (!this.#keep(name)) this.#disk.remove(name);
        if (this.#renamed.length > 0) this.#syncNames();
      }, this.#onFailure);
    });
  }

  /** Takes a file as a spare if it is large enough. */
  #keep(name: string): boolean {
    const file = this.#disk.open(name);
    const { size } = file;
    if (size >= this.#bytes) this.#ready.push({ name, file, size, isFresh: false });
    else file.close();
    return size >= this.#bytes;
  }

  #make(bytes: number): void {
    this.#isMaking = true;
    let file: DiskFile | undefined;
    const fail = (error: DiskError) => {
      file?.close();
      attemptCleanup(() => this.#disk.remove(SPARE_TMP));
      this.#onMade(error);
    };
    attempt(() => {
      const made = file = this.#disk.create(SPARE_TMP);
      this.#fill(made, 0, bytes, (error) => {
        if (error !== undefined) return fail(error);
        attempt(() => {
          const name = spareName(this.#nextNumber++);
          this.#disk.rename(SPARE_TMP, name);
          this.#onMade({ name, file: made, size: bytes, isFresh: true });
        }, fail);
      });
    }, fail);
  }

  #fill(
    file: DiskFile,
    offset: number,
    bytes: number,
    onDone: (error: DiskError | undefined) => void,
  ): void {
    if (offset === bytes) return file.sync(onDone);
    const chunk = ZEROS.subarray(0, bytes - offset);
    file.writeLater(offset, chunk, (error) => {
      if (error !== undefined) onDone(error);
      else if (this.#onStopped) file.sync(onDone);
      else this.#fill(file, offset + chunk.length, bytes, onDone);
    });
  }

  #onMade(result: Space | DiskError): void {
    this.#isMaking = false;
    const isSpace = "file" in result;
    if (this.#onStopped) {
      if (isSpace) result.file.close();
      return this.#maybeStop();
    }
    const taker = this.#taker;
    if (taker === undefined) {
      if (isSpace) this.#ready.push(result);
      else if (result.reason !== "full") this.#onFailure(result);
    } else if (isSpace && result.size < taker.bytes) {
      this.#ready.push(result);
      this.#make(taker.bytes);
    } else {
      this.#taker = undefined;
      taker.onSpace(result);
    }
  }

  #maybeStop(): void {
    if (!this.#isMaking && !this.#isSyncing) this.#onStopped?.();
  }
}

/** Fills a new file with zeros, for a caller that has nothing else to do. */
export function fillNow(file: DiskFile, bytes: number): void {
  for (let offset = 0; offset < bytes; offset += CHUNK_BYTES) {
    file.write(offset, ZEROS.subarray(0, bytes - offset));
  }
}
