/** Child processes that are heard: all that they say is read until they have ended. */

import type { SelfCommand } from "./self_command.ts";

/** How a child has ended. */
export interface ChildEnd {
  readonly pid: number;
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: string | undefined;
}

/** Reads one of a child's streams to its end. */
export type Hear = (stream: ReadableStream<Uint8Array>, name: "stdout" | "stderr") => Promise<void>;

/** A running child. Its standard input is open, and ends when this process does: so it can notice. */
export class HeardChild {
  readonly #child: Deno.ChildProcess;
  /** Resolves when the child has ended and all that it said has been heard. */
  readonly ended: Promise<ChildEnd>;

  /**
   * Starts a child. A `detached` one is in a group of its own: Ctrl-C on the terminal reaches the parent alone, which
   * passes it on when it sees fit.
   *
   * @throws If it cannot be started.
   */
  constructor({ command, args }: SelfCommand, hear: Hear, detached: boolean) {
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached,
    }).spawn();
    this.#child = child;
    this.ended = endOf(child, hear);
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Sends a signal; harmless when the child has ended. */
  kill(signal: "SIGTERM" | "SIGKILL"): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It is gone.
    }
  }
}

async function endOf(child: Deno.ChildProcess, hear: Hear): Promise<ChildEnd> {
  const [{ code, signal }] = await Promise.all([
    child.status,
    hear(child.stdout, "stdout"),
    hear(child.stderr, "stderr"),
  ]);
  await child.stdin.close().catch(() => {});
  return { pid: child.pid, code, signal: signal ?? undefined };
}
