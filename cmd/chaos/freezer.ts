/** Has a process stand still for a while. */

/**
 * Freezes the process of its first argument until standard input ends. It is a process of its own, so that nothing stays
 * frozen if this program is killed: what is thawed finds its own input ended, and leaves.
 */
const FREEZER = 'kill -STOP "$1"; read -r _; kill -CONT "$1"';

/** See the head of this file. */
export class Freezer {
  #shell: Deno.ChildProcess | undefined;

  /** Has a process stand still, unless one does already. */
  freeze(pid: number): void {
    this.#shell ??= new Deno.Command("/bin/sh", {
      args: ["-c", FREEZER, "sh", `${pid}`],
      stdin: "piped",
      stdout: "null",
      stderr: "null",
      detached: true,
    }).spawn();
  }

  /** Has it go on; resolves when it does. Harmless if none stands still. */
  async thaw(): Promise<void> {
    const shell = this.#shell;
    this.#shell = undefined;
    await shell?.stdin.close();
    await shell?.status;
  }
}
