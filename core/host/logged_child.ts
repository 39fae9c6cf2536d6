/** Child processes that work in the background: what they say goes to a file. */

import type { SelfCommand } from "./self_command.ts";

/** How a child has ended. */
export interface ChildEnd {
  readonly pid: number;
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: string | undefined;
}

/** A running child. Its standard input is open, and ends when this process does: so it can notice. */
export class LoggedChild {
  readonly #child: Deno.ChildProcess;
  /** Resolves when the child has ended and all that it said is in the file. */
  readonly ended: Promise<ChildEnd>;

  /**
   * Starts a child. What it writes to standard output and to standard error is appended to `log`.
   *
   * @throws If it cannot be started.
   */
  constructor({ command, args }: SelfCommand, log: string) {
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    this.ended = end(child, log);
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

async function end(child: Deno.ChildProcess, log: string): Promise<ChildEnd> {
  const [{ code, signal }] = await Promise.all([
    child.status,
    append(child.stdout, log),
    append(child.stderr, log),
  ]);
  await child.stdin.close().catch(() => {});
  return { pid: child.pid, code, signal: signal ?? undefined };
}

/** A log that cannot be written must not stop the child. */
async function append(stream: ReadableStream<Uint8Array>, log: string): Promise<void> {
  let file: Deno.FsFile | undefined;
  try {
    for await (const bytes of stream) {
      try {
        file ??= Deno.openSync(log, { append: true, create: true });
        file.writeSync(bytes);
      } catch {
        // The rest is read all the same.
      }
    }
  } finally {
    file?.close();
  }
}
