/** A folder for what a test leaves on the disk of this machine. */

import { rm } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Removes a folder when the process that holds its standard input is gone, whatever way it has gone. */
const SWEEP = 'cat >/dev/null; rm -rf -- "$1" || { sleep 3; rm -rf -- "$1"; }';

/** A new folder of its own. It goes at the latest when this process ends, even if it is killed. */
export class SweptFolder {
  readonly path: string;
  readonly #sweeper: Deno.ChildProcess;

  /** @throws If the folder cannot be made. */
  constructor(prefix: string) {
    this.path = mkdtempSync(join(tmpdir(), prefix));
    this.#sweeper = new Deno.Command("/bin/sh", {
      args: ["-c", SWEEP, "sweeper", this.path],
      cwd: "/",
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
  }

  /** Removes the folder with all that is in it. */
  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await this.#sweeper.stdin.close().catch(() => {});
    await this.#sweeper.status;
  }
}
