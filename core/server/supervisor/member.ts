/** One child process under care: it is started, started again when it dies, and ended when it is to. */

import { type Clock, type Millis, ms, type Timer } from "../../base/mod.ts";
import type { ChildEnd } from "../../host/heard_child.ts";
import type { OnLine } from "../../host/talking_child.ts";
import type { ClusterEvent, MemberEnd } from "./events.ts";
import { parseReadyLine, type ReadyReport } from "./ready_line.ts";

/** A running process, as far as its keeper is concerned. */
export interface Child {
  readonly pid: number;
  readonly ended: Promise<ChildEnd>;
  kill(signal: "SIGTERM" | "SIGKILL"): void;
}

/** Starts this program with these arguments. */
export type StartChild = (args: readonly string[], onLine: OnLine) => Child;

/** How long to wait before a dead member is started again. */
export interface Backoff {
  /** After the first death; every further one doubles it. */
  readonly first: Millis;
  readonly max: Millis;
  /** Who has lived this long starts from `first` again. */
  readonly steady: Millis;
}

/** A quarter of a second, doubled up to ten, forgotten after ten seconds of life. */
export const BACKOFF_DEFAULT: Backoff = { first: ms(250), max: ms(10_000), steady: ms(10_000) };

/** How many lines of a member's standard error are remembered. */
const LAST_WORDS_MAX = 5;

/** What a member needs and whom it tells. */
export interface MemberOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly start: StartChild;
  readonly clock: Clock;
  readonly backoff: Backoff;
  readonly onEvent: (event: ClusterEvent) => void;
  /** It gave up by itself before it had ever served. */
  readonly onHopeless: (end: MemberEnd) => void;
}

/** One member of a cluster. */
export class Member {
  readonly name: string;
  readonly #options: MemberOptions;
  #child: Child | undefined;
  #restart: Timer | undefined;
  #deathsInARow = 0;
  #isStopping = false;
  #whenGone: (() => void) | undefined;
  /** What it said of itself when it last began to serve. */
  report: ReadyReport | undefined;

  constructor(options: MemberOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /**
   * Starts it.
   *
   * @throws If there cannot be a process.
   */
  start(): void {
    const { args, start, clock, onEvent } = this.#options;
    const lastWords: string[] = [];
    const startedAt = clock.now();
    const child = start(args, (stream, line) => this.#onLine(stream, line, lastWords));
    this.#child = child;
    onEvent({ kind: "started", member: this.name, pid: child.pid });
    child.ended.then((end) => {
      this.#child = undefined;
      this.#onEnd(end, lastWords, ms(clock.now() - startedAt));
    });
  }

  /** Asks it to end, kills it when it takes longer than `grace`, and resolves when it is gone. */
  async stop(grace: Millis): Promise<void> {
    const { clock, onEvent } = this.#options;
    this.#isStopping = true;
    this.#restart?.cancel();
    const child = this.#child;
    if (child === undefined) return;
    const gone = new Promise<void>((resolve) => this.#whenGone = resolve);
    child.kill("SIGTERM");
    const patience = clock.after(grace, () => {
      onEvent({ kind: "killed", member: this.name });
      child.kill("SIGKILL");
    });
    await gone;
    patience.cancel();
  }

  #onLine(stream: "stdout" | "stderr", line: string, lastWords: string[]): void {
    const { onEvent } = this.#options;
    const report = stream === "stdout" ? parseReadyLine(line) : undefined;
    if (report !== undefined) {
      this.report = report;
      return onEvent({ kind: "ready", member: this.name, report });
    }
    if (stream === "stderr") {
      lastWords.push(line);
      if (lastWords.length > LAST_WORDS_MAX) lastWords.shift();
    }
    onEvent({ kind: "said", member: this.name, stream, line });
  }

  #onEnd({ code, signal }: ChildEnd, lastWords: readonly string[], lived: Millis): void {
    const { backoff, onEvent, onHopeless } = this.#options;
    const how = signal === undefined ? `ended with exit code ${code}` : `was ended by ${signal}`;
    const end = { how, lastWords };
    if (this.#isStopping) {
      onEvent({ kind: "ended", member: this.name, end });
      this.#whenGone?.();
    } else if (this.report === undefined && signal === undefined) {
      onHopeless(end);
    } else {
      if (lived >= backoff.steady) this.#deathsInARow = 0;
      this.#startLater(end);
    }
  }

  #startLater(end: MemberEnd): void {
    const { clock, backoff, onEvent } = this.#options;
    const pause = ms(Math.min(backoff.max, backoff.first * 2 ** this.#deathsInARow));
    this.#deathsInARow += 1;
    onEvent({ kind: "died", member: this.name, end, restartInMs: pause });
    this.#restart = clock.after(pause, () => {
      try {
        this.start();
      } catch (error) {
        this.#startLater({ how: `could not be started: ${error}`, lastWords: [] });
      }
    });
  }
}
