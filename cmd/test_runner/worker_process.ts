/** A worker as the runner sees it: a child process that takes tasks and says how it ended. */

import { encodeLine, linesOf, parseMessage, type Task, type WorkerMessage } from "./protocol.ts";

/** A running worker. */
export interface WorkerLink {
  /** Hands over a task, to be done after those handed over before. */
  send(task: Task): void;
  /** Ends the worker at once, whatever it is doing. */
  kill(): void;
  /** Settles when the worker is gone and everything that it said has been heard. */
  readonly ended: Promise<void>;
}

/** What a worker tells its owner. Neither is called from within {@linkcode StartWorker}. */
export interface WorkerEvents {
  onMessage(message: WorkerMessage): void;
  /** The worker is gone; `how` says in words what happened. */
  onEnd(how: string): void;
}

/** Starts a worker. */
export type StartWorker = (events: WorkerEvents) => WorkerLink;

/** How much of what a worker wrote to standard error is remembered: its last words. */
const STDERR_CHARACTERS_MAX = 2000;

/** Makes workers that run `command`: a program and its arguments. */
export function processWorkers(command: readonly string[]): StartWorker {
  return (events) => new WorkerProcess(command, events);
}

class WorkerProcess implements WorkerLink {
  readonly ended: Promise<void>;
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #stderr = "";
  /** What the worker said that was not a message. */
  #nonsense: string | undefined;

  constructor([program, ...args]: readonly string[], events: WorkerEvents) {
    this.#child = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.ended = this.#live(events);
  }

  send(task: Task): void {
    // A worker that is gone already is reported by its end.
    this.#input.write(this.#encoder.encode(encodeLine(task))).catch(() => {});
  }

  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It is gone already.
    }
  }

  async #live(events: WorkerEvents): Promise<void> {
    await Promise.all([this.#readMessages(events), this.#readErrors()]);
    const status = await this.#child.status;
    await this.#input.close().catch(() => {});
    events.onEnd(this.#describe(status));
  }

  async #readMessages(events: WorkerEvents): Promise<void> {
    for await (const line of linesOf(this.#child.stdout)) {
      const message = parseMessage(line);
      if (this.#nonsense !== undefined) continue;
      if (message !== undefined) events.onMessage(message);
      else {
        this.#nonsense = line.slice(0, STDERR_CHARACTERS_MAX);
        this.kill();
      }
    }
  }

  async #readErrors(): Promise<void> {
    for await (const line of linesOf(this.#child.stderr)) {
      this.#stderr = `${this.#stderr}${line}\n`.slice(-STDERR_CHARACTERS_MAX);
    }
  }

  #describe(status: Deno.CommandStatus): string {
    if (this.#nonsense !== undefined) {
      return `wrote to standard output, which is not its own: ${this.#nonsense}`;
    }
    const how = status.signal === null
      ? `ended with exit code ${status.code}`
      : `was ended by ${status.signal}`;
    return this.#stderr === "" ? how : `${how}\n${this.#stderr.trimEnd()}`;
  }
}
