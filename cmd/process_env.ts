/** The {@linkcode CommandEnv} of a real process. */

import { type CommandEnv, EXIT, type OutputStream } from "./command.ts";
import { InterruptedError } from "./errors.ts";

/** A process's streams, signals and variables. */
export interface ProcessEnv extends CommandEnv {
  /** The code to leave with, given what the command returned: a closed standard output overrides it. */
  exitCode(returned: number): number;
}

/**
 * Connects a {@linkcode CommandEnv} to this process. The first SIGINT or SIGTERM aborts `interrupted`, the
 * second calls `exitNow`: whoever presses Ctrl-C twice wants out.
 */
export function processEnv(exitNow: (code: number) => never): ProcessEnv {
  const interruption = new AbortController();
  let stdoutClosed = false;
  const interrupt = (signal: string) => interruption.abort(new InterruptedError(signal));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (interruption.signal.aborted) exitNow(EXIT.interrupted);
      interrupt(signal);
    });
  }
  return {
    stdout: outputStream(Deno.stdout, () => {
      stdoutClosed = true;
      interrupt("SIGPIPE");
    }),
    stderr: outputStream(Deno.stderr, () => {}),
    get stdin() {
      return Deno.stdin.readable;
    },
    get variables() {
      return Deno.env.toObject();
    },
    interrupted: interruption.signal,
    now: () => performance.now(),
    exitCode: (returned) => stdoutClosed ? EXIT.brokenPipe : returned,
  };
}

function outputStream(target: typeof Deno.stdout, onClosed: () => void): OutputStream {
  const encoder = new TextEncoder();
  const isTerminal = target.isTerminal();
  let closed = false;
  return {
    isTerminal,
    get columns() {
      return isTerminal && Deno.consoleSize().columns || 80;
    },
    get colors() {
      return isTerminal && !Deno.env.get("NO_COLOR") && Deno.env.get("TERM") !== "dumb";
    },
    write(text) {
      if (closed) return;
      try {
        writeAll(target, typeof text === "string" ? encoder.encode(text) : text);
      } catch (error) {
        if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
        closed = true;
        onClosed();
      }
    },
  };
}

/** Writes every byte, also to a pipe that somebody made non-blocking and that is full at the moment. */
function writeAll(target: typeof Deno.stdout, bytes: Uint8Array): void {
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(target.writeSync(rest));
    } catch (error) {
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
