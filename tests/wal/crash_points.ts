/**
 * Every state that a crash can leave a disk in during a run: for each operation the moment before it, and for each
 * write every number of its bytes; with all that was not synced besides, or with none of it.
 */

import type { FileDiskOptions, Operation, SimFileDisk } from "../../core/sim/file_disk.ts";
import type { FileImage } from "../../core/sim/file_image.ts";
import type { FolderImage } from "../../core/sim/folder_image.ts";

/** A moment of a run. */
export interface Moment<Known> {
  readonly operation: Operation | undefined;
  readonly image: FolderImage;
  readonly file: FileImage | undefined;
  /** What was known then about what the disk must hold. */
  readonly known: Known;
}

/** Keeps a picture of a disk from before every operation. */
export class Recorder<Known> {
  readonly moments: Moment<Known>[] = [];
  readonly #known: () => Known;
  #disk: SimFileDisk | undefined;

  constructor(known: () => Known) {
    this.#known = known;
  }

  /** What the disk to be watched is to be made with. */
  get options(): FileDiskOptions {
    return { onOperation: (operation) => this.#record(operation) };
  }

  /** Begins to watch. */
  watch(disk: SimFileDisk): void {
    this.#disk = disk;
  }

  /** Takes the last picture, after the last operation. */
  end(): readonly Moment<Known>[] {
    this.#record(undefined);
    return this.moments;
  }

  #record(operation: Operation | undefined): void {
    if (this.#disk === undefined) return;
    const copies = new Map<FileImage, FileImage>();
    const image = this.#disk.image.clone(copies);
    const file = operation?.image && copies.get(operation.image);
    this.moments.push({ operation, image, file, known: this.#known() });
  }
}

/** Calls `visit` with every disk that a crash at that moment can leave, and with a name for it. */
export function forEachCrash(
  moment: Moment<unknown>,
  visit: (image: FolderImage, name: string) => void,
): void {
  const { operation, image, file } = moment;
  for (let names = 0; names <= image.unsafeChanges; names++) {
    for (const keepsBytes of [true, false]) {
      const crashed = image.clone();
      crashed.crash((change) => change < names, (each) => {
        each.crash(keepsBytes ? each.unsafeBytes : 0);
      });
      visit(crashed, `${names} names and ${keepsBytes ? "all" : "no"} bytes kept`);
    }
  }
  if (operation === undefined || file === undefined) return;
  for (let bytes = 1; bytes <= operation.bytes.length; bytes++) {
    for (const keepsRest of [true, false]) {
      const copies = new Map<FileImage, FileImage>();
      const crashed = image.clone(copies);
      const torn = copies.get(file)!;
      torn.write(operation.offset, operation.bytes.subarray(0, bytes));
      crashed.crash(() => keepsRest, (each) => {
        each.crash(each === torn || keepsRest ? each.unsafeBytes : 0);
      });
      visit(crashed, `${bytes} bytes written, ${keepsRest ? "all" : "nothing"} else kept`);
    }
  }
}
