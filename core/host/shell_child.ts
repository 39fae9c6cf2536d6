/** Commands of a shell with pipes to their standard streams: the executables of streaming applications. */

import process from "node:process";

/** How a command has ended. */
export interface ShellEnd {
  readonly status: number;
  readonly signal: string | undefined;
}

/** A running command, and all that it has started. */
export class ShellChild {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #isOver = false;
  readonly ended: Promise<ShellEnd>;

  /**
   * Starts `command` as a shell would, with `variables` more in its environment.
   *
   * @throws If there is no shell.
   */
  constructor(command: string, variables: Readonly<Record<string, string>> = {}) {
    this.#child = new Deno.Command("/bin/sh", {
      args: ["-c", command],
      env: { ...variables },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, so that a pipeline can be ended as one.
      detached: true,
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    // A command that ends early rejects this; who writes learns of it there.
    this.#input.closed.catch(() => {});
    this.ended = this.#child.status.then(({ code, signal }) => {
      this.#isOver = true;
      return { status: code, signal: signal ?? undefined };
    });
  }

  /** Writes to its standard input, and resolves when there is room for more; to `false` if it reads no more. */
  async write(bytes: Uint8Array): Promise<boolean> {
    try {
      await this.#input.write(bytes);
      return true;
    } catch {
      return false;
    }
  }

  /** Ends its standard input. Harmless if it reads no more. */
  async closeInput(): Promise<void> {
    try {
      await this.#input.close();
    } catch {
      // It has closed it itself.
    }
  }

  /** What it writes to standard output. To be read to its end. */
  get output(): AsyncIterable<Uint8Array> {
    return this.#child.stdout;
  }

  /** What it writes to standard error. To be read to its end. */
  get errors(): AsyncIterable<Uint8Array> {
    return this.#child.stderr;
  }

  /** Ends it, and whatever it has started. Harmless if it has ended. */
  kill(): void {
    if (this.#isOver) return;
    try {
      process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // It is just ending.
    }
    this.closeInput();
  }
}
