/** A master or a worker of a job as a process, which can be killed, frozen, and started again. */

import { selfCommand } from "../../../core/host/self_command.ts";
import { TalkingChild } from "../../../core/host/talking_child.ts";
import type { ChildEnd } from "../../../core/host/heard_child.ts";
import { Freezer } from "../freezer.ts";

/** See the head of this file. */
export class JobProcess {
  readonly name: string;
  readonly #args: readonly string[];
  readonly #logFile: string;
  readonly #onEnd: (process: JobProcess, end: ChildEnd) => void;
  readonly #freezer = new Freezer();
  #child: TalkingChild | undefined;

  /** `onEnd` is told when it has ended by itself. */
  constructor(
    name: string,
    args: readonly string[],
    logFile: string,
    onEnd: (process: JobProcess, end: ChildEnd) => void,
  ) {
    this.name = name;
    this.#args = args;
    this.#logFile = logFile;
    this.#onEnd = onEnd;
  }

  /** Starts it, unless it runs. */
  start(): void {
    if (this.#child !== undefined) return;
    const log = Deno.openSync(this.#logFile, { append: true, create: true });
    const write = (line: string) => log.writeSync(new TextEncoder().encode(`${line}\n`));
    const child = new TalkingChild(selfCommand(this.#args), (_stream, line) => write(line));
    this.#child = child;
    write(`-- ${this.name} started as process ${child.pid}`);
    child.ended.then((end) => {
      write(`-- ${this.name} ended: ${end.signal ?? `exit code ${end.code}`}`);
      log.close();
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#onEnd(this, end);
    });
  }

  /** Kills it. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    child?.kill("SIGKILL");
    await child?.ended;
    await this.thaw();
  }

  /** Has it stand still. */
  freeze(): void {
    if (this.#child !== undefined) this.#freezer.freeze(this.#child.pid);
  }

  /** Has it go on. */
  thaw(): Promise<void> {
    return this.#freezer.thaw();
  }
}
