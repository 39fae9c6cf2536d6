/**
 * A number of workers and the tasks for them: each worker has one task at work and, as long as there are
 * enough, one more in its pipe, so that it never waits. A worker that ends or takes too long costs the task
 * it was at; another takes its place.
 */

import type { Outcome } from "../../tests/labs/run_lab_test.ts";
import { FailedError } from "../errors.ts";
import type { DoneMessage, Task, WorkerMessage } from "./protocol.ts";
import type { StartWorker, WorkerLink } from "./worker_process.ts";

/** What became of a task: an answer, or the loss of the worker that had it. */
export type PoolResult = {
  /** The place of the worker, from 0. */
  readonly slot: number;
} & ({ readonly done: DoneMessage } | { readonly lost: Lost });

/** All that is known of a task whose worker is gone. */
export interface Lost {
  /** What happened to the worker. */
  readonly how: string;
  /** How the test failed, if the worker was lost in the second run after a failure. */
  readonly failing: Outcome | undefined;
}

/** How a pool works. */
export interface PoolOptions {
  readonly slots: number;
  readonly start: StartWorker;
  /** A worker that is silent for so long over one task, in wall time, is ended. */
  readonly silenceMsMax: number;
  /** The time a worker has to start; by default 60,000 ms. */
  readonly startMsMax?: number;
}

interface Job {
  readonly task: Task;
  /** A worker that must not get the task. */
  readonly notOn: number | undefined;
  readonly resolve: (result: PoolResult | undefined) => void;
  readonly reject: (error: unknown) => void;
  failing: Outcome | undefined;
}

interface Slot {
  readonly index: number;
  link: WorkerLink | undefined;
  ready: boolean;
  /** The first one is at work, the second one waits in the pipe. */
  readonly jobs: Job[];
  timer: ReturnType<typeof setTimeout> | undefined;
  timedOut: boolean;
}

/** So many workers in a row that end before they are ready mean that none ever will be. */
const FALSE_STARTS_MAX = 3;

/** Runs tasks in worker processes. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #slots: Slot[];
  readonly #waiting: Job[] = [];
  readonly #ends: Promise<void>[] = [];
  #nextId = 0;
  #falseStarts = 0;
  #closed = false;
  #broken: FailedError | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.slots }, (_, index) => ({
      index,
      link: undefined,
      ready: false,
      jobs: [],
      timer: undefined,
      timedOut: false,
    }));
  }

  /** How many workers there are at most. */
  get slots(): number {
    return this.#slots.length;
  }

  /**
   * Runs a task on any worker but `notOn` (which counts only if there are others). `undefined` if the pool
   * was closed before the task was done.
   *
   * @throws {FailedError} If no worker can be started.
   */
  run(task: Omit<Task, "id">, notOn?: number): Promise<PoolResult | undefined> {
    if (this.#closed) return Promise.resolve(undefined);
    if (this.#broken !== undefined) return Promise.reject(this.#broken);
    return new Promise((resolve, reject) => {
      const other = this.#slots.length > 1 ? notOn : undefined;
      const job = { task: { id: this.#nextId++, ...task }, notOn: other, failing: undefined };
      this.#waiting.push({ ...job, resolve, reject });
      this.#dispatch();
    });
  }

  /** Ends all workers, and with them what is at work and what waits. Settles when they are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#takeAll()) job.resolve(undefined);
    for (const slot of this.#slots) slot.link?.kill();
    await Promise.all(this.#ends);
  }

  /** Hands out what can be: first to workers with nothing to do, then one ahead to each. */
  #dispatch(): void {
    for (const slot of this.#slots) if (slot.jobs.length === 0) this.#handOut(slot);
    for (const slot of this.#slots) {
      // The last tasks stay here, for whoever is free first.
      if (this.#waiting.length < this.#slots.length) return;
      if (slot.jobs.length === 1) this.#handOut(slot);
    }
  }

  #handOut(slot: Slot): void {
    const at = this.#waiting.findIndex((job) => job.notOn !== slot.index);
    if (at < 0) return;
    slot.link ??= this.#start(slot);
    const [job] = this.#waiting.splice(at, 1);
    slot.jobs.push(job!);
    if (slot.ready) slot.link.send(job!.task);
    if (slot.jobs.length === 1) this.#watch(slot);
  }

  #start(slot: Slot): WorkerLink {
    const link = this.#options.start({
      onMessage: (message) => this.#onMessage(slot, message),
      onEnd: (how) => this.#onEnd(slot, how),
    });
    this.#ends.push(link.ended);
    return link;
  }

  #onMessage(slot: Slot, message: WorkerMessage): void {
    if (this.#closed || slot.timedOut) return;
    if (message.type === "ready") {
      this.#falseStarts = 0;
      slot.ready = true;
      for (const job of slot.jobs) slot.link!.send(job.task);
      this.#watch(slot);
      return;
    }
    const job = slot.jobs[0];
    if (job?.task.id !== message.id) return;
    if (message.type === "failing") {
      job.failing = message.outcome;
    } else {
      slot.jobs.shift();
      job.resolve({ slot: slot.index, done: message });
    }
    this.#watch(slot);
    this.#dispatch();
  }

  /** Begins to count the silence of a worker that has something to do. */
  #watch(slot: Slot): void {
    clearTimeout(slot.timer);
    if (slot.jobs.length === 0) return;
    const { silenceMsMax, startMsMax = 60_000 } = this.#options;
    slot.timer = setTimeout(() => {
      slot.timedOut = true;
      slot.link?.kill();
    }, slot.ready ? silenceMsMax : startMsMax);
  }

  #onEnd(slot: Slot, how: string): void {
    clearTimeout(slot.timer);
    const { ready, timedOut } = slot;
    const [first, ...others] = slot.jobs.splice(0);
    slot.link = undefined;
    slot.ready = false;
    slot.timedOut = false;
    if (this.#closed) return;
    const silence = `was silent for ${this.#options.silenceMsMax / 1000} s of wall time`;
    const what = !timedOut ? how : ready ? silence : "did not get ready";
    if (ready) {
      first?.resolve({ slot: slot.index, lost: { how: what, failing: first.failing } });
    } else {
      this.#falseStarts++;
      if (first !== undefined) others.unshift(first);
    }
    this.#waiting.unshift(...others);
    if (this.#falseStarts < FALSE_STARTS_MAX) return this.#dispatch();
    this.#broken = new FailedError(`no worker process could be started: the last one ${what}`);
    for (const job of this.#takeAll()) job.reject(this.#broken);
  }

  #takeAll(): Job[] {
    for (const slot of this.#slots) clearTimeout(slot.timer);
    return [...this.#slots.flatMap((slot) => slot.jobs.splice(0)), ...this.#waiting.splice(0)];
  }
}
