/** Child processes that somebody listens to, line by line. */

import { LineSplitter } from "./line_splitter.ts";
import type { ChildEnd } from "./logged_child.ts";
import type { SelfCommand } from "./self_command.ts";

/** Hears one line of what a child says. */
export type OnLine = (stream: "stdout" | "stderr", line: string) => void;

/**
 * A running child, in a group of its own: Ctrl-C on the terminal reaches the parent alone, which passes it on
 * when it sees fit. Its standard input is open, and ends when this process does: so it can notice.
 */
export class TalkingChild {
  readonly #child: Deno.ChildProcess;
  /** Resolves when the child has ended and all that it said has been heard. */
  readonly ended: Promise<ChildEnd>;

  /** @throws If it cannot be started. */
  constructor({ command, args }: SelfCommand, onLine: OnLine) {
    const child = new Deno.Command(command, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
    }).spawn();
    this.#child = child;
    this.ended = hear(child, onLine);
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

async function hear(child: Deno.ChildProcess, onLine: OnLine): Promise<ChildEnd> {
  const [{ code, signal }] = await Promise.all([
    child.status,
    readLines(child.stdout, (line) => onLine("stdout", line)),
    readLines(child.stderr, (line) => onLine("stderr", line)),
  ]);
  await child.stdin.close().catch(() => {});
  return { pid: child.pid, code, signal: signal ?? undefined };
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const splitter = new LineSplitter(onLine);
  for await (const bytes of stream) splitter.push(bytes);
  splitter.end();
}
