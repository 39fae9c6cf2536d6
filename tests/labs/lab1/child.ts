/** A process of a lab test: the program itself, with a limit of time, and gone when the test is. */

import { selfCommand } from "../../../core/host/self_command.ts";
import { linesOf } from "../../../cmd/test_runner/protocol.ts";
import { TestFailure } from "../lab_test.ts";

/** The time that each process may take (lab 1, §9). */
const LIMIT_SECONDS = 180;
/** The time it then has to end in good order. */
const GRACE_SECONDS = 2;
/** So many of its last lines are shown when it fails. */
const LAST_LINES = 5;

/** A running process. */
export class LabProcess {
  readonly what: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: string[] = [];
  readonly #heard = new Set<() => void>();
  #timedOut = false;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  #status: Deno.CommandStatus | undefined;

  /** Starts `dist824 ARGS…` in a folder, with some variables more in its environment. */
  constructor(
    args: readonly string[],
    cwd: string,
    variables: Readonly<Record<string, string>> = {},
  ) {
    this.what = args.slice(0, 2).join(" ");
    const { command, args: all } = selfCommand(args);
    this.#child = new Deno.Command(command, {
      args: all,
      cwd,
      env: { ...variables },
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.ended = this.#live();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Whether it still runs. */
  get isRunning(): boolean {
    return this.#status === undefined;
  }

  /** The exit code, once it has ended. */
  get code(): number | undefined {
    return this.#status?.code;
  }

  /** What it has written to standard error. */
  get said(): string {
    return this.#lines.join("\n");
  }

  /**
   * Waits for a line of its standard error that matches.
   *
   * @throws {TestFailure} If it ends without one.
   */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of this.#lines) {
        const found = pattern.exec(line);
        if (found !== null) return found;
      }
      if (!this.isRunning) throw this.failure("ended before it was ready");
      await new Promise<void>((resolve) => this.#heard.add(resolve));
    }
  }

  /**
   * Waits for its end.
   *
   * @throws {TestFailure} If its exit code is not 0, or it took too long.
   */
  async good(): Promise<void> {
    await this.ended;
    if (this.#status?.code !== 0) throw this.failure("failed");
  }

  /** Sends a signal. Harmless if it has ended. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch {
      // It is gone.
    }
  }

  /** The failure of a test because of this process. */
  failure(how: string): TestFailure {
    const { code, signal } = this.#status ?? {};
    const end = this.#timedOut
      ? `it took more than ${LIMIT_SECONDS} s`
      : typeof signal === "string"
      ? `it was ended by ${signal}`
      : `its exit code is ${code}`;
    const words = this.#lines.slice(-LAST_LINES).map((line) => `\n${line}`).join("");
    return new TestFailure(`${this.what} ${how}: ${end}${words}`);
  }

  async #live(): Promise<void> {
    const limit = setTimeout(() => {
      this.#timedOut = true;
      this.kill("SIGTERM");
    }, LIMIT_SECONDS * 1000);
    const hardLimit = setTimeout(
      () => this.kill("SIGKILL"),
      (LIMIT_SECONDS + GRACE_SECONDS) * 1000,
    );
    const [status] = await Promise.all([this.#child.status, this.#listen()]);
    clearTimeout(limit);
    clearTimeout(hardLimit);
    this.#status = status;
    await this.#child.stdin.close().catch(() => {});
    this.#wake();
  }

  async #listen(): Promise<void> {
    for await (const line of linesOf(this.#child.stderr)) {
      this.#lines.push(line);
      this.#wake();
    }
  }

  #wake(): void {
    for (const resolve of this.#heard) resolve();
    this.#heard.clear();
  }
}
