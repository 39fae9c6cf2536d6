/** A {@linkcode CommandEnv} that lives in memory, for tests of commands. */

import type { CommandEnv, OutputStream } from "./command.ts";
import { InterruptedError } from "./errors.ts";

/** What a test may prepare. */
export interface MemoryEnvOptions {
  readonly stdin?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Whether both outputs claim to be terminals that show colours. */
  readonly terminal?: boolean;
  readonly columns?: number;
}

/** A {@linkcode CommandEnv} whose outputs can be read and which can be interrupted. */
export interface MemoryEnv extends CommandEnv {
  /** All that was written to standard output. */
  out(): string;
  /** All that was written to standard error. */
  err(): string;
  /** Does what SIGINT does to a process. */
  interrupt(): void;
}

/** Makes an environment with no input, no variables and no terminal, unless told otherwise. */
export function memoryEnv(options: MemoryEnvOptions = {}): MemoryEnv {
  const { terminal = false, columns = 80 } = options;
  const interruption = new AbortController();
  const written = { out: "", err: "" };
  const decoder = new TextDecoder();
  const stream = (name: "out" | "err"): OutputStream => ({
    isTerminal: terminal,
    columns,
    colors: terminal,
    write: (text) => {
      written[name] += typeof text === "string" ? text : decoder.decode(text, { stream: true });
    },
  });
  return {
    stdout: stream("out"),
    stderr: stream("err"),
    stdin: new Blob([options.stdin ?? ""]).stream(),
    variables: options.variables ?? {},
    interrupted: interruption.signal,
    now: () => performance.now(),
    out: () => written.out,
    err: () => written.err,
    interrupt: () => interruption.abort(new InterruptedError("SIGINT")),
  };
}
