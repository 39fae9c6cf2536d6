/** A running command of a streaming application: lines go in and come out at the same time. */

import type { TaskContext } from "./app.ts";
import { LineSplitter, parseReport, type TakeLine } from "./streaming.ts";
import type { ChildEnd, ChildProcess, StreamingApp } from "./streaming_app.ts";
import { decodeText } from "./text_codec.ts";

/** What to run, and what to do with what it says. */
export interface PipedCommandOptions {
  readonly app: StreamingApp;
  readonly command: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly context: TaskContext;
  readonly onLine: TakeLine;
  /** Waited for after each piece of output, before more is read. */
  readonly afterPiece: () => Promise<void> | undefined;
}

/** The command has failed. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/** See the head of this file. */
export class PipedCommand {
  readonly #options: PipedCommandOptions;
  readonly #child: ChildProcess;
  readonly #reading: Promise<void>;
  #reads = true;
  #failure: { readonly error: unknown } | undefined;
  #lastWords = "";

  constructor(options: PipedCommandOptions) {
    this.#options = options;
    this.#child = options.app.start(options.command, options.variables);
    this.#reading = Promise.all([this.#readOutput(), this.#readErrors()]).then(
      () => {},
      (error) => {
        this.#failure = { error };
        this.#child.kill();
      },
    );
  }

  /** Writes lines to the command. Once it reads no more, they are passed over. */
  async write(lines: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#reads) this.#reads = await this.#child.write(lines);
  }

  /**
   * Ends the input, and waits until the command has ended and all of its output was taken.
   *
   * @throws {CommandFailed} If its status is not 0.
   */
  async end(): Promise<void> {
    await this.#child.closeInput();
    await this.#reading;
    if (this.#failure !== undefined) throw this.#failure.error;
    const end = await this.#child.ended;
    if (end.status !== 0 || end.signal !== undefined) throw this.#failed(end);
  }

  /** Ends the command at once; resolves when it is gone. */
  async kill(): Promise<void> {
    this.#child.kill();
    await Promise.all([this.#child.closeInput(), this.#reading, this.#child.ended]);
  }

  async #readOutput(): Promise<void> {
    const lines = new LineSplitter(this.#options.onLine);
    for await (const piece of this.#child.output) {
      lines.add(piece);
      const waiting = this.#options.afterPiece();
      if (waiting !== undefined) await waiting;
    }
    lines.end();
    await this.#options.afterPiece();
  }

  async #readErrors(): Promise<void> {
    const lines = new LineSplitter((bytes, start, end) => {
      this.#hear(decodeText(bytes, start, end));
    });
    for await (const piece of this.#child.errors) lines.add(piece);
    lines.end();
  }

  #hear(line: string): void {
    const { app, context } = this.#options;
    const report = parseReport(line);
    if (report?.kind === "counter") context.count(report.name, report.amount);
    else if (report?.kind === "status") context.status(report.text);
    else {
      app.log(line);
      if (line.trim() !== "") this.#lastWords = line.trim();
    }
  }

  #failed({ status, signal }: ChildEnd): CommandFailed {
    const how = signal === undefined ? `ended with status ${status}` : `was ended by ${signal}`;
    const words = this.#lastWords === "" ? "" : `; its last words were: ${this.#lastWords}`;
    return new CommandFailed(`\`${this.#options.command}\` ${how}${words}`);
  }
}
