/**
 * One run of a simulated world: virtual time, one seed, one event after the other. All that happens
 * follows from the seed, and is folded into a hash by which two runs are compared.
 */

import { type Clock, noTrace, type Random, type Trace } from "../base/ports.ts";
import { SeededRandom } from "../base/random.ts";
import { type Millis, ms } from "../base/units.ts";
import { type Choice, ChoiceLog } from "./choice_log.ts";
import { EventHash, FoldKind, foldKindName } from "./event_hash.ts";
import { Scheduler } from "./scheduler.ts";

/** How a simulation runs. */
export interface SimulationOptions {
  /** In `[0, 2^64)`. */
  readonly seed: bigint;
  /** Resolves after all pending microtasks: injected, since nothing below the host may use timers. */
  readonly macrotask: () => Promise<void>;
  /** Receives what the simulated world reports; by default nobody does. */
  readonly trace?: Trace;
  /** Keep every random draw in {@linkcode Simulation.choices}; off by default. */
  readonly recordChoices?: boolean;
  /** Keep a line for everything folded into the hash, to find the first difference of two runs; off by default. */
  readonly recordEvents?: boolean;
  /** A run that gets further than this hangs; by default 600,000 ms. */
  readonly virtualTimeMax?: Millis;
  /** A run with more events than this goes on for too long; by default there is no limit. */
  readonly eventsMax?: number;
  /** A run with more events than this at one instant hangs; by default 1,000,000. */
  readonly eventsPerInstantMax?: number;
}

/** A {@linkcode HangError} names no more unfinished tasks than these. */
const TASKS_NAMED_MAX = 10;

/** A run that will never end by itself. */
export class HangError extends Error {
  override readonly name = "HangError";
}

/** A promise and the means to settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: unknown): void;
}

/**
 * A simulated world. Simulated code must wait only for promises that come from here (`clock.sleep`,
 * `deferred`, `spawn`) or that are settled already: for no others does the event loop pause.
 *
 * @example
 * ```ts
 * import { Simulation } from "./simulation.ts";
 * import { ms } from "../base/units.ts";
 * import { macrotask } from "../host/macrotask.ts";
 * import assert from "node:assert/strict";
 *
 * const simulation = new Simulation({ seed: 1n, macrotask });
 * await simulation.run(async () => {
 *   await simulation.clock.sleep(ms(60_000));
 * });
 * assert.equal(simulation.clock.now(), 60_000);
 * ```
 */
export class Simulation {
  readonly seed: bigint;
  /** The root of all random streams. Nothing draws from it; everybody takes a child. */
  readonly random: Random;
  readonly trace: Trace;
  /** For the simulated devices, which schedule events of their own making. */
  readonly scheduler: Scheduler = new Scheduler();

  readonly #macrotask: () => Promise<void>;
  readonly #maxMicros: number;
  readonly #eventsMax: number;
  readonly #eventsPerInstantMax: number;
  readonly #hash = new EventHash();
  readonly #choiceLog: ChoiceLog | undefined;
  readonly #eventLog: string[] | undefined;
  readonly #tasks = new Set<string>();
  #taskCount = 0;
  #unresolved = 0;
  #events = 0;
  #instantMicros = 0;
  #eventsAtInstant = 0;
  #running = false;
  /** Boxed, because anything can be thrown. */
  #failure: { readonly error: unknown } | undefined;

  constructor(options: SimulationOptions) {
    this.seed = options.seed;
    this.trace = options.trace ?? noTrace;
    this.#macrotask = options.macrotask;
    this.#maxMicros = (options.virtualTimeMax ?? ms(600_000)) * 1000;
    this.#eventsMax = options.eventsMax ?? Infinity;
    this.#eventsPerInstantMax = options.eventsPerInstantMax ?? 1_000_000;
    this.#choiceLog = options.recordChoices ? new ChoiceLog() : undefined;
    this.#eventLog = options.recordEvents ? [] : undefined;
    this.random = new SeededRandom(
      options.seed,
      this.#choiceLog === undefined ? {} : { sink: this.#choiceLog },
    );
  }

  /** Virtual time: integer microseconds inside. */
  get clock(): Clock {
    return this.scheduler;
  }

  /** How many events have run. */
  get events(): number {
    return this.#events;
  }

  /** All draws so far, if they are recorded. */
  get choices(): readonly Choice[] {
    return this.#choiceLog?.choices ?? [];
  }

  /** All that was folded so far, a line each, if it is recorded. */
  get eventLog(): readonly string[] {
    return this.#eventLog ?? [];
  }

  /**
   * Runs `script` and the events until the script settles. The result or the rejection is the script's,
   * unless something else failed before: an event, a task, or a call of {@linkcode Simulation.fail}.
   *
   * @throws {HangError} If the script waits though nothing is left to happen, if virtual time or the number of
   * events exceeds its limit, or if time stands still while events go on.
   */
  async run<T>(script: () => Promise<T>): Promise<T> {
    if (this.#running) throw new TypeError("A simulation runs one script at a time");
    this.#running = true;
    let settled: { readonly value: T } | undefined;
    const start = async () => {
      settled = { value: await script() };
    };
    start().catch((error) => this.fail(error));
    try {
      for (;;) {
        await this.#macrotask();
        this.scheduler.promiseResolved = false;
        if (this.#failure !== undefined) throw this.#failure.error;
        if (settled !== undefined) return (settled as { readonly value: T }).value;
        this.#runEventsOrFail();
      }
    } finally {
      this.#running = false;
    }
  }

  /**
   * Starts `task` beside the script; if it fails, the run fails at that event. Resolves when it ends.
   * `name` is for the message of a {@linkcode HangError}.
   */
  spawn<T>(task: () => Promise<T>, name = "task"): Promise<T> {
    const label = `${name} (${++this.#taskCount})`;
    this.#tasks.add(label);
    this.scheduler.promiseResolved = true;
    const start = async () => {
      try {
        return await task();
      } catch (error) {
        this.fail(error);
        throw error;
      } finally {
        this.#tasks.delete(label);
      }
    };
    const ended = start();
    // Whoever waits for it gets the rejection all the same; if nobody does, the run has failed anyway.
    ended.catch(() => {});
    return ended;
  }

  /** Makes the run fail with this error when the present event is over. The first error wins. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Makes a promise that simulated code may wait for. */
  deferred<T>(): Deferred<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#unresolved++;
    let open = true;
    const settle = () => {
      this.scheduler.promiseResolved = true;
      if (open) this.#unresolved--;
      open = false;
    };
    return {
      promise,
      resolve: (value) => {
        settle();
        resolve(value);
      },
      reject: (error) => {
        settle();
        reject(error);
      },
    };
  }

  /** Folds something that happened into the running hash; `kind` is one of {@linkcode FoldKind} or above. */
  fold(kind: number, a: number, b: number): void {
    this.#hash.fold(kind, a, b);
    if (this.#eventLog !== undefined) {
      this.#eventLog.push(`${this.scheduler.micros / 1000} ms: ${foldKindName(kind)} ${a} ${b}`);
    }
  }

  /** The running hash: 16 hexadecimal digits. */
  hash(): string {
    return this.#hash.digest();
  }

  #runEventsOrFail(): void {
    try {
      this.#runEvents();
    } catch (error) {
      this.fail(error);
    }
  }

  /**
   * Runs events until one may have made microtasks pending, or failed, or none is left. Microtasks that
   * were pending before have run, so if there is no event at all, nothing will ever happen again.
   */
  #runEvents(): void {
    const scheduler = this.scheduler;
    let event = scheduler.next();
    if (event === undefined) this.#throwDeadlock();
    for (; event !== undefined; event = scheduler.next()) {
      const { due } = event;
      if (due !== this.#instantMicros) this.#onNewInstant(due);
      else if (++this.#eventsAtInstant > this.#eventsPerInstantMax) this.#throwLivelock();
      if (++this.#events > this.#eventsMax) this.#throwTooLong();
      this.fold(FoldKind.event, due, event.sequence);
      event.fire();
      if (scheduler.promiseResolved || this.#failure !== undefined) return;
    }
  }

  #onNewInstant(due: number): void {
    this.#instantMicros = due;
    this.#eventsAtInstant = 1;
    if (due > this.#maxMicros) {
      throw new HangError(
        `Virtual time ran out: the limit is ${this.#maxMicros / 1000} ms, ` +
          `the next event is due at ${due / 1000} ms; ${this.#pending()}`,
      );
    }
  }

  #throwTooLong(): never {
    throw new HangError(
      `More than ${this.#eventsMax} events ran until ${this.#present()}; ${this.#pending()}`,
    );
  }

  #throwLivelock(): never {
    throw new HangError(
      `Livelock at ${this.#present()}: more than ${this.#eventsPerInstantMax} events ran ` +
        `while virtual time stood still; ${this.#pending()}`,
    );
  }

  #throwDeadlock(): never {
    throw new HangError(
      `Deadlock at ${this.#present()}: nothing is left to happen, ` +
        `but the script still waits; ${this.#pending()}`,
    );
  }

  #present(): string {
    return `${this.scheduler.micros / 1000} ms of virtual time`;
  }

  /** What is unfinished, for the message of a {@linkcode HangError}. */
  #pending(): string {
    const names = [...this.#tasks].slice(0, TASKS_NAMED_MAX).join(", ");
    const more = this.#tasks.size > TASKS_NAMED_MAX ? ", …" : "";
    return `events to come: ${this.scheduler.pending}, promises to be settled: ${this.#unresolved}, ` +
      `tasks: ${this.#tasks.size}${names === "" ? "" : ` (${names}${more})`}`;
  }
}
