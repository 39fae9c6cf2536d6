/** The temporary files of a job on this machine: the folders of its workers, and a log for each of them. */

import { TemporaryFolder } from "../../core/host/temporary_folder.ts";

const SUFFIX = ".log";

/** See the head of this file. */
export class RunFolder {
  readonly #folder = new TemporaryFolder("dist824-mr-run-");

  /** Below this, workers make folders of their own. */
  get path(): string {
    return this.#folder.path;
  }

  /** The file for what a worker says. */
  log(worker: string): string {
    return this.#folder.file(`${worker}${SUFFIX}`);
  }

  /** Removes everything. */
  async remove(): Promise<void> {
    await this.#folder.remove();
  }

  /** Removes everything but what workers have said: for people who look for the reason of a failure. */
  async removeButLogs(): Promise<void> {
    let anyLogs = false;
    for (const { name } of Deno.readDirSync(this.path)) {
      const file = this.#folder.file(name);
      if (name.endsWith(SUFFIX) && Deno.statSync(file).size > 0) anyLogs = true;
      else TemporaryFolder.removeLeft(file);
    }
    if (anyLogs) this.#folder.keep();
    await this.#folder.remove();
  }
}
