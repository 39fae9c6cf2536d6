/** One word count whose processes are killed and frozen until it is done. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../../../core/host/mod.ts";
import { JobProcess } from "./job_process.ts";
import type { JobRound } from "./schedule.ts";

/** What is played. */
export interface JobOptions {
  /** For results, logs, and what workers keep. */
  readonly folder: string;
  readonly inputFolder: string;
  readonly workers: number;
  readonly reduceTasks: number;
  readonly rounds: Iterable<JobRound>;
  /** How many faults it has at most, so that it comes to an end. */
  readonly roundsMax: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onRound: (round: JobRound) => void;
}

/** What came of it: `undefined` if it was interrupted. */
export interface JobEnd {
  readonly rounds: readonly JobRound[];
  readonly durationMs: number;
  /** Why the job is not done, if it is not. */
  readonly failure: string | undefined;
}

/** How long a job may take behind its last fault, in milliseconds. */
const REST_MS = 120_000;
/** How long to wait before a process that ended by itself is started again. */
const RESTART_MS = 200;

/** See the head of this file. */
export class Job {
  readonly #options: JobOptions;
  readonly #master: JobProcess;
  readonly #workers: readonly JobProcess[];
  readonly #over = Promise.withResolvers<string | undefined>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #isOver = false;

  constructor(options: JobOptions) {
    const { folder, inputFolder, workers, reduceTasks } = options;
    this.#options = options;
    const master = `127.0.0.1:${freePorts(1)[0]}`;
    this.#master = new JobProcess(
      "master",
      [
        ...[
          "mr-master",
          inputFolder,
          "--out",
          join(folder, "result"),
          "--reduce",
          `${reduceTasks}`,
        ],
        ...["--listen", master, "--split", "64K", "--task-timeout", "2", "--attempts", "1000"],
        "--child",
      ],
      join(folder, "master.log"),
      (_, { code, signal }) => {
        const how = signal ?? `exit code ${code}`;
        this.#finish(code === 0 ? undefined : `the master ended with ${how}`);
      },
    );
    this.#workers = Array.from({ length: workers }, (_, i) => {
      const temp = join(folder, `worker-${i + 1}`);
      Deno.mkdirSync(temp, { recursive: true });
      return new JobProcess(
        `worker-${i + 1}`,
        ["mr-worker", "wc", "--master", master, "--wait", "30", "--temp", temp, "--child"],
        join(folder, `worker-${i + 1}.log`),
        (worker) => this.#later(worker),
      );
    });
  }

  /** Plays it to its end. No process is left. */
  async play(): Promise<JobEnd> {
    const { now, signal } = this.#options;
    const begun = now();
    const played: JobRound[] = [];
    const onAbort = () => this.#finish("it was interrupted");
    signal.addEventListener("abort", onAbort);
    if (signal.aborted) onAbort();
    let failure: string | undefined;
    try {
      this.#master.start();
      for (const worker of this.#workers) worker.start();
      await this.#playRounds(played);
      const late = setTimeout(
        () => this.#finish(`it is not done ${REST_MS / 1000} s after the last fault`),
        REST_MS,
      );
      this.#timers.add(late);
      failure = await this.#over.promise;
    } finally {
      this.#isOver = true;
      signal.removeEventListener("abort", onAbort);
      for (const timer of this.#timers) clearTimeout(timer);
      await Promise.all([this.#master, ...this.#workers].map((process) => process.kill()));
    }
    return { rounds: played, durationMs: now() - begun, failure };
  }

  async #playRounds(played: JobRound[]): Promise<void> {
    const { rounds, roundsMax, onRound } = this.#options;
    for (const round of rounds) {
      if (played.length >= roundsMax || !await this.#pause(round.calmMs)) return;
      const victims = round.kind.endsWith("master")
        ? [this.#master]
        : round.workers.map((i) => this.#workers[i]!);
      const isKill = round.kind.startsWith("kill");
      for (const victim of victims) if (!isKill) victim.freeze();
      if (isKill) await Promise.all(victims.map((victim) => victim.kill()));
      played.push(round);
      onRound(round);
      // Killed behind its last step, a master leaves a job that is done; another one would refuse to do it again.
      if (isKill && victims.includes(this.#master) && this.#isDone) this.#finish(undefined);
      await this.#pause(round.holdMs);
      await Promise.all(victims.map((victim) => victim.thaw()));
      if (!this.#isOver) { for (const victim of victims) victim.start(); }
    }
  }

  /** Whether the results are complete. */
  get #isDone(): boolean {
    return existsSync(join(this.#options.folder, "result", "_SUCCESS"));
  }

  /** Says whether there is still something to do. */
  async #pause(span: number): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, span);
    });
    await Promise.race([passed, this.#over.promise]);
    clearTimeout(timer);
    return !this.#isOver;
  }

  /** A worker whose master is away regards the job as over; it is needed all the same. */
  #later(worker: JobProcess): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isOver) worker.start();
    }, RESTART_MS);
    this.#timers.add(timer);
  }

  #finish(failure: string | undefined): void {
    this.#isOver = true;
    this.#over.resolve(failure);
  }
}
