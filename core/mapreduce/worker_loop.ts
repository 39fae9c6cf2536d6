/**
 * The worker of the paper: asks for a task, has it run, reports, and asks again. What a task does is the business of
 * a {@linkcode TaskRunner}; how the master is reached that of `worker_link.ts`.
 */

import type { Clock, Random } from "../base/ports.ts";
import { type Millis, ms } from "../base/units.ts";
import type { WorkerAddress } from "./job.ts";
import type {
  AppInfo,
  Assignment,
  MapAssignment,
  MapResult,
  RecordRange,
  ReduceAssignment,
  ReduceResult,
  Registered,
  RpcCaller,
} from "./messages.ts";
import { WorkerExit, WorkerLink, type WorkerOutcome, type WorkerPatience } from "./worker_link.ts";
import { RunningTask } from "./worker_task.ts";

/** How long the task of a worker that leaves has to end: others wait to take it over. */
const LEAVE_GRACE: Millis = ms(500);

/** What a running task may tell, and is told. */
export interface TaskControl {
  /** Aborted when the result is not wanted any more. The runner stops soon and removes what it has written. */
  readonly signal: AbortSignal;
  /**
   * Tells how much is done, in `[0, 1]`. Every call counts as a sign of life: an attempt without any is given up.
   * Cheap, so to be called often: several times a second.
   */
  progress(fraction: number, status?: string): void;
  /**
   * Tells which record is handed to the application next; to be called, and waited for, only if the assignment says
   * `oneRecordAtATime`. When it resolves the master knows: a process that dies now has died of this record. Rejects
   * when the signal is aborted.
   */
  recordBegins(record: RecordRange): Promise<void>;
}

/** Executes tasks. A failure is thrown, best as a {@linkcode TaskFailure}. */
export interface TaskRunner {
  runMap(assignment: MapAssignment, control: TaskControl): Promise<MapResult>;
  runReduce(assignment: ReduceAssignment, control: TaskControl): Promise<ReduceResult>;
  /** Removes what a finished attempt has left, because another attempt counts. Harmless if there is nothing. */
  discard(result: MapResult | ReduceResult): Promise<void>;
}

/** Something that a person who watches a worker wants to know. */
export type WorkerEvent =
  | { readonly kind: "registered"; readonly jobId: string }
  | { readonly kind: "begins"; readonly assignment: Assignment }
  | { readonly kind: "ends"; readonly assignment: Assignment; readonly accepted: boolean }
  | { readonly kind: "fails"; readonly assignment: Assignment; readonly message: string }
  | { readonly kind: "cancelled"; readonly assignment: Assignment }
  | { readonly kind: "masterSilent"; readonly message: string };

/** What a worker is made of. */
export interface WorkerLoopOptions {
  readonly address: WorkerAddress;
  readonly app: AppInfo;
  /** Where a person finds what the worker writes to stderr; empty by default. */
  readonly log?: string;
  readonly master: RpcCaller;
  readonly runner: TaskRunner;
  readonly clock: Clock;
  /** For the pauses between calls to a master that does not answer. */
  readonly random: Random;
  readonly patience?: Partial<WorkerPatience>;
  /** Is told where the master is before the first task, and again after it was restarted. */
  readonly onRegistered?: (registered: Registered) => void;
  readonly onEvent?: (event: WorkerEvent) => void;
}

/** A worker. It executes one task at a time. */
export class WorkerLoop {
  readonly #options: WorkerLoopOptions;
  readonly #link: WorkerLink;
  #task: RunningTask | undefined;
  /** Set when the worker is to leave; says whether its files stay. */
  #leaving: { readonly filesStay: boolean } | undefined;

  constructor(options: WorkerLoopOptions) {
    this.#options = options;
    this.#link = new WorkerLink(options, (event) => this.#emit(event));
  }

  /** Works until the job is over, the master is gone for good, or {@linkcode leave} is called. */
  async run(): Promise<WorkerOutcome> {
    try {
      await this.#link.register();
      for (;;) {
        if (this.#leaving !== undefined) return await this.#sayGoodbye(this.#leaving.filesStay);
        const reply = await this.#link.call((from) => ({ kind: "askForWork", ...from }));
        if (reply.kind === "wait") await this.#wait(reply.delay);
        else if (reply.kind === "assigned") await this.#execute(reply.assignment);
      }
    } catch (error) {
      if (error instanceof WorkerExit) return error.outcome;
      throw error;
    }
  }

  /**
   * Drops the present task and tells the master, so that nothing has to wait for a timeout. `filesStay` says whether
   * intermediate files can still be read on this machine. {@linkcode run} then resolves `left`.
   */
  leave(filesStay: boolean): void {
    this.#leaving = { filesStay };
    this.#task?.cancel(LEAVE_GRACE);
  }

  async #wait(delay: Millis): Promise<void> {
    if (delay > 0) await this.#options.clock.sleep(delay);
  }

  async #sayGoodbye(filesStay: boolean): Promise<WorkerOutcome> {
    await this.#link.tryCall((from) => ({ kind: "leave", ...from, filesStay }));
    return { kind: "left" };
  }

  async #execute(assignment: Assignment): Promise<void> {
    this.#emit({ kind: "begins", assignment });
    const { clock, runner } = this.#options;
    const task = new RunningTask(assignment, clock, this.#link);
    this.#task = task;
    const end = await task.run(runner);
    this.#task = undefined;
    this.#link.throwIfOver();
    switch (end.kind) {
      case "cancelled":
        return this.#emit({ kind: "cancelled", assignment });
      case "failed":
        this.#emit({ kind: "fails", assignment, message: end.report.message });
        await this.#link.call((from) => ({ ...end.report, ...from }));
        return;
      case "done": {
        const reply = await this.#link.call((from) => ({ ...end.report, ...from }));
        const accepted = reply.kind === "reported" && reply.accepted;
        // What cannot be removed now goes with the worker's folder.
        if (!accepted) await runner.discard(end.report.result).catch(() => {});
        return this.#emit({ kind: "ends", assignment, accepted });
      }
    }
  }

  #emit(event: WorkerEvent): void {
    this.#options.onEvent?.(event);
  }
}
