/**
 * A worker's way to the master: calls that are repeated until they are answered, registration when the master does
 * not know the worker (any more), and the decision that the master is gone for good.
 */

import { DamagedDataError } from "../base/errors.ts";
import type { Clock, Random } from "../base/ports.ts";
import { after, type Instant, type Millis, ms } from "../base/units.ts";
import type { WorkerAddress } from "./job.ts";
import {
  type AppInfo,
  COORDINATOR_SERVICE,
  type CoordinatorReply,
  type Registered,
  type RpcCaller,
  type WorkerRequest,
} from "./messages.ts";
import { encodeWorkerRequest } from "./messages_codec.ts";
import { decodeCoordinatorReply } from "./messages_reply_codec.ts";

/** How long a worker waits for what. */
export interface WorkerPatience {
  /** For the master to be there at all, from the worker's start; 0 (the lab's rule): one call. */
  readonly firstContact: Millis;
  /** For a master that was there to answer again: it may be restarted. */
  readonly masterTimeout: Millis;
  /** For the answer to one call. */
  readonly callDeadline: Millis;
}

/** Ten seconds for a restart of the master; a worker that finds nobody at its start is too late. */
export const WORKER_PATIENCE_DEFAULT: WorkerPatience = {
  firstContact: ms(0),
  masterTimeout: ms(10_000),
  callDeadline: ms(5_000),
};

/**
 * Patience ends with a call that failed, not by the clock alone: a process that was stopped, or busy without a
 * break, must hear the master out before it may give it up.
 */
const FAILURES_MIN = 3;

const PAUSE_MIN_MILLIS = 50;
const PAUSE_MAX_MILLIS = 1000;

/** Why a worker has ended. */
export type WorkerOutcome =
  | { readonly kind: "jobDone" }
  | { readonly kind: "jobFailed"; readonly message: string }
  /** The master does not want this worker. */
  | { readonly kind: "refused"; readonly message: string }
  /** Nobody answers. `first`: nobody ever has, so the job is probably over. */
  | { readonly kind: "unreachable"; readonly first: boolean; readonly message: string }
  | { readonly kind: "left" };

/** Unwinds the worker's loop. */
export class WorkerExit extends Error {
  override readonly name = "WorkerExit";
  readonly outcome: WorkerOutcome;

  constructor(outcome: WorkerOutcome) {
    super(`The worker ends: ${outcome.kind}`);
    this.outcome = outcome;
  }
}

/** What every request but the first says of its sender. */
export interface Sender {
  readonly workerId: string;
  readonly jobId: string;
}

/** What a link is made of. */
export interface WorkerLinkOptions {
  readonly address: WorkerAddress;
  readonly app: AppInfo;
  readonly log?: string;
  readonly master: RpcCaller;
  readonly clock: Clock;
  readonly random: Random;
  readonly patience?: Partial<WorkerPatience>;
  readonly onRegistered?: (registered: Registered) => void;
}

/** What a link tells whoever watches the worker. */
export type LinkEvent =
  | { readonly kind: "registered"; readonly jobId: string }
  | { readonly kind: "masterSilent"; readonly message: string };

/** See the head of this file. */
export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly #patience: WorkerPatience;
  readonly #emit: (event: LinkEvent) => void;
  readonly #startedAt: Instant;
  #registered: Registered | undefined;
  /** Calls that have failed since the last answer, and when the first of them did. */
  #failures = 0;
  #failingSince: Instant | undefined;
  #exit: WorkerExit | undefined;

  constructor(options: WorkerLinkOptions, emit: (event: LinkEvent) => void) {
    this.#options = options;
    this.#patience = { ...WORKER_PATIENCE_DEFAULT, ...options.patience };
    this.#emit = emit;
    this.#startedAt = options.clock.now();
  }

  /** How often a busy worker says that it is alive. */
  get heartbeatInterval(): Millis {
    return this.#registered?.heartbeatInterval ?? ms(PAUSE_MAX_MILLIS);
  }

  /** @throws {WorkerExit} If the worker has to end. */
  throwIfOver(): void {
    if (this.#exit !== undefined) throw this.#exit;
  }

  /**
   * Makes the worker known to the master.
   *
   * @throws {WorkerExit} If it is refused, or nobody answers.
   */
  async register(): Promise<void> {
    const { address, app, log = "" } = this.#options;
    const reply = await this.#repeat({ kind: "register", address, app, log });
    if (reply.kind !== "registered") return;
    this.#registered = reply;
    this.#options.onRegistered?.(reply);
    this.#emit({ kind: "registered", jobId: reply.jobId });
  }

  /**
   * Calls the master until it answers.
   *
   * @throws {WorkerExit} If the job is over, or the master is gone.
   */
  async call(request: (from: Sender) => WorkerRequest): Promise<CoordinatorReply> {
    for (;;) {
      const reply = await this.#repeat(request(this.#sender()));
      if (reply.kind !== "unknownWorker") return reply;
      await this.register();
    }
  }

  /**
   * Calls the master once; `undefined` if there is no answer within `deadline`, or the master did not know this worker.
   *
   * @throws {WorkerExit} If the job is over, or the master is gone.
   */
  async tryCall(
    request: (from: Sender) => WorkerRequest,
    deadline: Millis = this.#patience.callDeadline,
  ): Promise<CoordinatorReply | undefined> {
    const reply = await this.#try(request(this.#sender()), deadline);
    if (reply?.kind !== "unknownWorker") return reply;
    await this.register();
    return undefined;
  }

  #sender(): Sender {
    return {
      workerId: this.#options.address.workerId,
      jobId: this.#registered?.jobId ?? "",
    };
  }

  async #repeat(request: WorkerRequest): Promise<CoordinatorReply> {
    for (;;) {
      const reply = await this.#try(request, this.#patience.callDeadline);
      if (reply !== undefined) return reply;
      await this.#options.clock.sleep(this.#drawPause());
    }
  }

  async #try(request: WorkerRequest, deadline: Millis): Promise<CoordinatorReply | undefined> {
    this.throwIfOver();
    const bytes = encodeWorkerRequest(request);
    let reply: CoordinatorReply;
    try {
      const data = await this.#options.master.call(COORDINATOR_SERVICE, bytes, deadline);
      reply = decodeCoordinatorReply(data);
    } catch (error) {
      this.#onFailure(error);
      return undefined;
    }
    this.#failures = 0;
    this.#failingSince = undefined;
    if (reply.kind === "exit") this.#end(outcomeOf(reply.failure));
    if (reply.kind === "refused") this.#end({ kind: "refused", message: reply.message });
    return reply;
  }

  #onFailure(error: unknown): void {
    this.throwIfOver();
    const now = this.#options.clock.now();
    const message = error instanceof Error ? error.message : String(error);
    const first = this.#registered === undefined;
    if (this.#failures === 0) this.#emit({ kind: "masterSilent", message });
    this.#failures++;
    this.#failingSince ??= now;
    const { firstContact, masterTimeout } = this.#patience;
    const isOver = first
      // An answer that is none comes from another program: it will not become one.
      ? error instanceof DamagedDataError || now >= after(this.#startedAt, firstContact)
      : this.#failures >= FAILURES_MIN && now >= after(this.#failingSince, masterTimeout);
    if (isOver) this.#end({ kind: "unreachable", first, message });
  }

  #end(outcome: WorkerOutcome): never {
    this.#exit ??= new WorkerExit(outcome);
    throw this.#exit;
  }

  /** Longer with each failure, up to a second, and never the same for all workers. */
  #drawPause(): Millis {
    const longest = Math.min(
      PAUSE_MAX_MILLIS,
      PAUSE_MIN_MILLIS * 2 ** Math.min(this.#failures, 10),
    );
    return ms(this.#options.random.between(Math.floor(longest / 2), longest));
  }
}

function outcomeOf(failure: string | undefined): WorkerOutcome {
  return failure === undefined ? { kind: "jobDone" } : { kind: "jobFailed", message: failure };
}
