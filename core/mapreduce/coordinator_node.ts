/**
 * Runs one coordinator against the ports: hands it what happens, and carries out what it answers, in the order that
 * {@linkcode CoordinatorOutput} prescribes. All of the coordinator's I/O is in this file; none of its decisions are.
 */

import { DamagedDataError } from "../base/errors.ts";
import type { Clock, RequestHandler, Timer, Trace } from "../base/ports.ts";
import { after, between, type Instant, type Millis, ms, NEVER } from "../base/units.ts";
import { Coordinator } from "./coordinator.ts";
import { type OutputCommitter, OutputLostError } from "./coordinator_committer.ts";
import type {
  CommitOrder,
  CoordinatorInput,
  CoordinatorOutput,
  CoordinatorSetup,
  CoordinatorTiming,
  JobDescription,
  MasterPlace,
} from "./coordinator_io.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import { type JobStatus, type TaskStatus, taskStatuses } from "./coordinator_status.ts";
import type { RecoveredJournal } from "./journal.ts";
import type { TaskKind, WorkerRequest } from "./messages.ts";
import { decodeWorkerRequest } from "./messages_codec.ts";
import { encodeCoordinatorReply } from "./messages_reply_codec.ts";

/** How long to stay after the end, for workers that have not asked yet. */
const LINGER: Millis = ms(2000);
const LINGER_STEP: Millis = ms(20);

/** Sees every step of the coordinator. */
export interface CoordinatorObserver {
  onStep(state: CoordinatorState, input: CoordinatorInput, output: CoordinatorOutput): void;
}

/** Makes a coordinator of its setup. */
export type MakeCoordinator = (setup: CoordinatorSetup, now: Instant) => Coordinator;

/** What a node is made of. */
export interface CoordinatorNodeOptions {
  readonly job: JobDescription;
  readonly place: MasterPlace;
  readonly timing?: Partial<CoordinatorTiming>;
  readonly clock: Clock;
  /** From {@linkcode openJournal}. */
  readonly recovered: Pick<RecoveredJournal, "jobId" | "records" | "journal">;
  readonly committer: OutputCommitter;
  /** Makes what decides; by default a {@linkcode Coordinator}. Tests plant mistakes here. */
  readonly makeCoordinator?: MakeCoordinator;
  /** How long to stay at most after the end, until every worker knows; by default 2 s. */
  readonly linger?: Millis;
  readonly observer?: CoordinatorObserver;
  readonly trace?: Trace;
}

/** A running coordinator. Its {@linkcode handle} is to be served as {@linkcode COORDINATOR_SERVICE}. */
export class CoordinatorNode {
  readonly #coordinator: Coordinator;
  readonly #options: CoordinatorNodeOptions;
  readonly #clock: Clock;
  readonly #callers = new Map<number, (reply: Uint8Array) => void>();
  #nextCallId = 1;

  /** The write to the journal that is under way, with all that was appended before. */
  #writing: Promise<void> | undefined;
  #journalBroken = false;

  #timer: Timer | undefined;
  #timerDue: Instant = NEVER;
  #stopped = false;
  #ending = false;
  readonly #done = Promise.withResolvers<JobStatus>();

  /**
   * Starts the job, or goes on with it.
   *
   * @throws {DamagedDataError} If the records of the journal do not follow from each other.
   */
  constructor(options: CoordinatorNodeOptions) {
    this.#options = options;
    this.#clock = options.clock;
    const { job, place, timing, trace, recovered: { jobId, records } } = options;
    const { makeCoordinator = (setup, now) => new Coordinator(setup, now) } = options;
    this.#coordinator = makeCoordinator({
      job,
      jobId,
      place,
      recovered: records,
      ...(timing && { timing }),
      ...(trace && { trace }),
    }, this.#clock.now());
    this.#step({ kind: "timer" });
  }

  /**
   * Resolves when the job is over and the workers know it: the status is that of the end, `done` or `failed`. A
   * journal of a job that is done is removed by then; that of a failed one stays, for another try.
   */
  get done(): Promise<JobStatus> {
    return this.#done.promise;
  }

  /** How the job stands. */
  status(): JobStatus {
    return this.#coordinator.status();
  }

  /** Every task of a kind with its attempts. */
  tasks(kind: TaskKind): TaskStatus[] {
    return taskStatuses(this.#coordinator.state, kind);
  }

  /** Answers a worker's request. What cannot be understood is not answered. */
  readonly handle: RequestHandler = (request, reply) => {
    if (this.#stopped) return;
    const message = decode(request);
    if (message === undefined) return;
    const callId = this.#nextCallId++;
    this.#callers.set(callId, reply);
    this.#step({ kind: "request", callId, message });
  };

  /** The process of a worker has ended, as whoever started it has seen: nobody need wait for it any more. */
  workerDied(workerId: string, how: string): void {
    if (!this.#stopped) this.#step({ kind: "workerDied", workerId, how });
  }

  /** Ends the job as failed; the workers are told. */
  abort(cause: string): void {
    if (!this.#stopped) this.#step({ kind: "abort", message: cause });
  }

  /** Ends everything at once, as if the process died; the journal stays. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#timer?.cancel();
    this.#callers.clear();
    this.#options.recovered.journal.close().catch(() => {});
  }

  #step(input: CoordinatorInput): void {
    const now = this.#clock.now();
    const output = this.#coordinator.step(input, now);
    this.#options.observer?.onStep(this.#coordinator.state, input, output);
    this.#write(output);
    if (this.#writing === undefined) this.#leave(output);
    else this.#writing.then(() => this.#leave(output), () => {});
    this.#armTimer(output.wakeAt);
    if (this.#coordinator.state.isOver) this.#end();
  }

  #write({ journal }: CoordinatorOutput): void {
    if (journal.length === 0 || this.#journalBroken) return;
    const writing = this.#options.recovered.journal.append(journal);
    this.#writing = writing;
    writing.then(() => {
      if (this.#writing === writing) this.#writing = undefined;
    }, (error) => {
      this.#writing = undefined;
      this.#journalBroken = true;
      this.abort(`The journal cannot be written: ${messageOf(error)}`);
    });
  }

  #leave(output: CoordinatorOutput): void {
    if (this.#stopped) return;
    for (const { callId, message } of output.answers) {
      const reply = this.#callers.get(callId);
      this.#callers.delete(callId);
      reply?.(encodeCoordinatorReply(message));
    }
    for (const order of output.commits) this.#commit(order);
    if (output.finish) this.#finish();
  }

  async #commit(order: CommitOrder): Promise<void> {
    let failure: { readonly message: string; readonly lost: boolean } | undefined;
    try {
      await this.#options.committer.commit(order);
    } catch (error) {
      failure = { message: messageOf(error), lost: error instanceof OutputLostError };
    }
    if (this.#stopped) return;
    if (failure === undefined) this.#step({ kind: "committed", order });
    else this.#step({ kind: "commitFailed", order, ...failure });
  }

  async #finish(): Promise<void> {
    try {
      await this.#options.committer.finish();
    } catch (error) {
      this.abort(`The output cannot be marked as complete: ${messageOf(error)}`);
      return;
    }
    if (!this.#stopped) this.#step({ kind: "finished" });
  }

  /** The job is over: the workers are given time to hear of it, then the journal goes if the job is done. */
  async #end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    const until = after(this.#clock.now(), this.#options.linger ?? LINGER);
    while (!this.#stopped && this.#clock.now() < until && !this.status().allDismissed) {
      await this.#clock.sleep(LINGER_STEP);
    }
    if (this.#stopped) return;
    await this.#endJournal();
    this.#done.resolve(this.status());
  }

  async #endJournal(): Promise<void> {
    const { journal } = this.#options.recovered;
    try {
      if (this.#coordinator.state.finished) await journal.remove();
      else await journal.close();
    } catch {
      // A journal that cannot be removed names a job whose output is complete: it does no harm.
    }
  }

  /** Sets the timer, unless it will fire before `wakeAt` anyway: being woken early is harmless. */
  #armTimer(wakeAt: Instant): void {
    if (this.#stopped || wakeAt === NEVER || this.#timerDue <= wakeAt) return;
    this.#timer?.cancel();
    this.#timerDue = wakeAt;
    this.#timer = this.#clock.after(between(this.#clock.now(), wakeAt), () => {
      this.#timerDue = NEVER;
      if (!this.#stopped) this.#step({ kind: "timer" });
    });
  }
}

function decode(request: Uint8Array): WorkerRequest | undefined {
  try {
    return decodeWorkerRequest(request);
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
