/**
 * What a simulated disk holds of a folder: the names that would survive a crash, and what was done to names
 * since, in order.
 */

import { FileImage } from "./file_image.ts";

/** Something done to a name. It is about one file: if a crash undid what it builds on, it is undone, too. */
interface NameChange {
  /** Counts the changes of the folder, from 1. */
  readonly sequence: number;
  /** The name taken away. */
  readonly from: string | undefined;
  /** The name given. */
  readonly to: string | undefined;
  readonly file: FileImage;
}

/** A folder. */
export class FolderImage {
  #visible = new Map<string, FileImage>();
  #safe = new Map<string, FileImage>();
  #unsafe: NameChange[] = [];
  #sequence = 0;

  /** The names, sorted, as programs see them. */
  get names(): string[] {
    return [...this.#visible.keys()].sort();
  }

  /** The files, as programs see them. */
  get files(): readonly FileImage[] {
    return [...this.#visible.values()];
  }

  /** How many changes of names are not safe. */
  get unsafeChanges(): number {
    return this.#unsafe.length;
  }

  /** Returns a file by its name, as programs see it. */
  get(name: string): FileImage | undefined {
    return this.#visible.get(name);
  }

  /** Makes an empty file, in place of one of that name. */
  create(name: string): FileImage {
    const file = new FileImage();
    this.#change(undefined, name, file);
    return file;
  }

  /** Gives a file another name. Returns false if there is no such file. */
  rename(from: string, to: string): boolean {
    const file = this.#visible.get(from);
    if (file !== undefined) this.#change(from, to, file);
    return file !== undefined;
  }

  /** Takes a name away. */
  remove(name: string): void {
    const file = this.#visible.get(name);
    if (file !== undefined) this.#change(name, undefined, file);
  }

  /** The point in the order of changes that is the present. */
  mark(): number {
    return this.#sequence;
  }

  /** Makes the changes before `mark` safe. */
  makeSafe(mark: number): void {
    const taken = this.#unsafe.filter(({ sequence }) => sequence <= mark);
    this.#unsafe = this.#unsafe.slice(taken.length);
    for (const change of taken) carryOut(this.#safe, change);
  }

  /**
   * Keeps what is safe, and of the changes since those for which `keepsName` says so; then lets `crashFile` do
   * the same to each file.
   */
  crash(
    keepsName: (change: number) => boolean,
    crashFile: (file: FileImage, name: string) => void,
  ): void {
    this.#unsafe.forEach((change, i) => {
      if (keepsName(i)) carryOut(this.#safe, change);
    });
    this.#unsafe = [];
    this.#visible = new Map(this.#safe);
    for (const [name, file] of this.#visible) crashFile(file, name);
  }

  /**
   * Returns a folder that has the same past and a future of its own. `copies` receives, for each file that has or may
   * get back a name, its copy.
   */
  clone(copies: Map<FileImage, FileImage> = new Map()): FolderImage {
    const copyOf = (file: FileImage) => {
      const copy = copies.get(file) ?? file.clone();
      copies.set(file, copy);
      return copy;
    };
    const folder = new FolderImage();
    folder.#visible = new Map([...this.#visible].map(([name, file]) => [name, copyOf(file)]));
    folder.#safe = new Map([...this.#safe].map(([name, file]) => [name, copyOf(file)]));
    folder.#unsafe = this.#unsafe.map((change) => ({ ...change, file: copyOf(change.file) }));
    folder.#sequence = this.#sequence;
    return folder;
  }

  #change(from: string | undefined, to: string | undefined, file: FileImage): void {
    const change = { sequence: ++this.#sequence, from, to, file };
    carryOut(this.#visible, change);
    this.#unsafe.push(change);
  }
}

function carryOut(names: Map<string, FileImage>, { from, to, file }: NameChange): void {
  if (from !== undefined) {
    if (names.get(from) !== file) return;
    names.delete(from);
  }
  if (to !== undefined) names.set(to, file);
}
