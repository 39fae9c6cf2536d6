/** What an application is whose mapper and reducer are executables, and what it needs of the world. */

/** How a process has ended. */
export interface ChildEnd {
  /** Its exit status, or that of its shell. */
  readonly status: number;
  /** The signal that ended it, if one did. */
  readonly signal?: string | undefined;
}

/** A process with pipes to its standard streams. */
export interface ChildProcess {
  /**
   * Writes to its standard input, and resolves when there is room for more; to `false` if it does not read any more,
   * which is its right.
   */
  write(bytes: Uint8Array): Promise<boolean>;
  /** Ends its standard input. Harmless if it does not read any more. */
  closeInput(): Promise<void>;
  readonly output: AsyncIterable<Uint8Array>;
  readonly errors: AsyncIterable<Uint8Array>;
  readonly ended: Promise<ChildEnd>;
  /** Ends it, and whatever it has started. Harmless if it has ended. */
  kill(): void;
}

/** Starts a command, as a shell would understand it, with some variables more in its environment. */
export type StartChild = (
  command: string,
  variables: Readonly<Record<string, string>>,
) => ChildProcess;

/** An application of executables (the Hadoop Streaming contract). */
export interface StreamingApp {
  readonly streaming: true;
  /** Reads lines of input, writes lines `key<TAB>value`. By default the lines are the pairs. */
  readonly mapper: string | undefined;
  /** Reads lines `key<TAB>value` in the order of the keys, writes lines of output. By default the lines are the output. */
  readonly reducer: string | undefined;
  readonly start: StartChild;
  /** Gets each line that a child writes to standard error for people. */
  readonly log: (line: string) => void;
}
