/** One server of a store as a process, which can be killed, frozen, and started again. */

import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import type { NodeStatus } from "../../core/server/node/mod.ts";
import { parseReadyLine } from "../../core/server/supervisor/mod.ts";
import { FailedError } from "../errors.ts";
import { Freezer } from "./freezer.ts";
import { NO_TROUBLES, type Troubles, writeTroubles } from "./troubles.ts";

/** What a server is made of. */
export interface ChaosServerOptions {
  /** Unique in its store. */
  readonly name: string;
  /** Where its data are. */
  readonly folder: string;
  /** What it says goes there. */
  readonly logFile: string;
  /** Where its troubles are named to it. */
  readonly troublesFile: string;
  /** The arguments with which this program becomes the server. */
  readonly args: readonly string[];
  /** `HOST:PORT` of its admin page. */
  readonly admin: string;
  /** It ended though nobody wanted it to; `how` is what it said last. */
  readonly onUnexpectedEnd: (server: ChaosServer, how: string) => void;
}

/** How long a server may take to say how it is doing, in milliseconds. */
const STATUS_MS = 300;
/** How long it may take to end in good order. */
const GRACE_MS = 3000;
const LAST_WORDS_MAX = 3;

/** See the head of this file. */
export class ChaosServer {
  readonly name: string;
  readonly folder: string;
  readonly #options: ChaosServerOptions;
  #child: TalkingChild | undefined;
  readonly #freezer = new Freezer();
  #isWanted = false;
  #troubles = NO_TROUBLES;

  constructor(options: ChaosServerOptions) {
    this.name = options.name;
    this.folder = options.folder;
    this.#options = options;
  }

  get isRunning(): boolean {
    return this.#child !== undefined;
  }

  /** Starts it, with the data that it has, and resolves when it serves. @throws {FailedError} If it ends before. */
  async start(): Promise<void> {
    if (this.#child !== undefined) return;
    const { args, logFile, onUnexpectedEnd } = this.#options;
    const ready = Promise.withResolvers<void>();
    const lastWords: string[] = [];
    const log = Deno.openSync(logFile, { append: true, create: true });
    const write = (line: string) => log.writeSync(new TextEncoder().encode(`${line}\n`));
    this.#isWanted = true;
    const child = new TalkingChild(selfCommand(args), (stream, line) => {
      if (stream === "stdout" && parseReadyLine(line) !== undefined) ready.resolve();
      if (stream === "stderr") lastWords.push(line);
      if (lastWords.length > LAST_WORDS_MAX) lastWords.shift();
      write(line);
    });
    this.#child = child;
    write(`-- ${now()} started as process ${child.pid}`);
    child.ended.then(({ code, signal }) => {
      const how = signal === undefined ? `exit code ${code}` : `${signal}`;
      write(`-- ${now()} ended: ${how}`);
      log.close();
      if (this.#child === child) this.#child = undefined;
      const all = [how, ...lastWords].join("; ");
      if (this.#isWanted) onUnexpectedEnd(this, all);
      ready.reject(new FailedError(`${this.name} ended with ${all}`));
    });
    await ready.promise;
  }

  /** Kills it, as a crash would. */
  async kill(): Promise<void> {
    this.#isWanted = false;
    const child = this.#child;
    child?.kill("SIGKILL");
    await child?.ended;
    await this.thaw();
  }

  /** Ends it in good order, or not, if that takes too long. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.thaw();
    const child = this.#child;
    if (child === undefined) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
    await child.ended;
    clearTimeout(timer);
  }

  /** Has it stand still. */
  freeze(): void {
    if (this.#child !== undefined) this.#freezer.freeze(this.#child.pid);
  }

  /** Has it go on. Harmless if it stands not still. */
  thaw(): Promise<void> {
    return this.#freezer.thaw();
  }

  /** Gives it troubles beside those that it has, or takes some away. */
  trouble(change: Partial<Troubles>): void {
    this.#troubles = { ...this.#troubles, ...change };
    writeTroubles(this.#options.troublesFile, this.#troubles);
  }

  /** Has its clock jump ahead by so many milliseconds. */
  jump(span: number): void {
    this.trouble({ clockAhead: this.#troubles.clockAhead + span });
  }

  /** How it is doing; `undefined` if it does not say. */
  async status(): Promise<NodeStatus | undefined> {
    try {
      const signal = AbortSignal.timeout(STATUS_MS);
      const response = await fetch(`http://${this.#options.admin}/status`, { signal });
      return await response.json();
    } catch {
      return undefined;
    }
  }
}

function now(): string {
  return new Date().toISOString();
}
