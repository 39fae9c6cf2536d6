/** Folders for files that nobody wants when the process has ended. */

import { tmpdir } from "node:os";
import { join } from "node:path";

/** The folder of this machine that {@linkcode TemporaryFolder}s are made in unless told otherwise. */
export function systemTemporaryFolder(): string {
  return tmpdir();
}

/** A folder of its own, that only this user can read. It goes at the latest when the process ends in good order. */
export class TemporaryFolder {
  readonly path: string;
  #kept = false;
  readonly #onUnload = (): void => this.removeNow();

  /** @throws If the folder cannot be made. */
  constructor(prefix: string, parent: string = systemTemporaryFolder()) {
    this.path = Deno.makeTempDirSync({ dir: parent, prefix });
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /** The path of a file in the folder. */
  file(name: string): string {
    return join(this.path, name);
  }

  /** Lets the folder be, for others, when the process ends. */
  keep(): void {
    this.#kept = true;
    globalThis.removeEventListener("unload", this.#onUnload);
  }

  /** Removes the folder with all that is in it, unless it is to be kept. Harmless if it is gone. */
  async remove(): Promise<void> {
    globalThis.removeEventListener("unload", this.#onUnload);
    if (this.#kept) return;
    // A child that is just being ended may still write there.
    for (let left = 3; left > 0; left--) {
      try {
        return await Deno.remove(this.path, { recursive: true });
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return;
        if (left === 1) throw error;
      }
    }
  }

  /** Does what {@linkcode remove} does, at once; what cannot be removed stays. */
  removeNow(): void {
    globalThis.removeEventListener("unload", this.#onUnload);
    if (!this.#kept) TemporaryFolder.removeLeft(this.path);
  }

  /** Removes a folder whose process has not, if it is there. */
  static removeLeft(path: string): void {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // It is gone, or what can be removed of it is.
    }
  }
}
