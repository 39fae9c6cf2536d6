/**
 * What goes into a coordinator and what comes out. The coordinator itself does nothing: it turns one
 * {@linkcode CoordinatorInput} into one {@linkcode CoordinatorOutput}, and whoever drives it carries the output out.
 */

import type { Trace } from "../base/ports.ts";
import type { Instant, Millis } from "../base/units.ts";
import type { JobOptions, WorkerAddress } from "./job.ts";
import type { JournalRecord } from "./journal_records.ts";
import type { AppInfo, CoordinatorReply, ReduceResult, WorkerRequest } from "./messages.ts";
import type { InputFile } from "./splits.ts";

/** A job as the user has ordered it. A journal belongs to one job: see {@linkcode describeDifference}. */
export interface JobDescription {
  readonly inputs: readonly InputFile[];
  /** About how large a split is, in bytes. */
  readonly splitBytes: number;
  /** The application, if the master knows it. Otherwise the first worker decides, and the others must agree. */
  readonly app: AppInfo | undefined;
  readonly options: JobOptions;
}

/** Where the master is. */
export interface MasterPlace {
  /** See {@linkcode WorkerAddress.machineId}. */
  readonly machineId: string;
  /** The folder that relative names of input files are below. */
  readonly inputFolder: string;
  /** The folder of the results, as an absolute path. */
  readonly outputFolder: string;
}

/** Times that a user has no reason to choose. */
export interface CoordinatorTiming {
  /** A worker that has said nothing for this long is dead. */
  readonly workerTimeout: Millis;
  /** How often a busy worker says that it is alive. */
  readonly heartbeatInterval: Millis;
  /** How long an idle worker's question stays unanswered when there is nothing to do. */
  readonly holdAsk: Millis;
}

/** What a coordinator is made of. */
export interface CoordinatorSetup {
  readonly job: JobDescription;
  /** Tells this job from others that had the same address; survives restarts of the master. */
  readonly jobId: string;
  readonly place: MasterPlace;
  readonly timing?: Partial<CoordinatorTiming>;
  /** What the journal holds; empty for a new job. */
  readonly recovered: readonly JournalRecord[];
  readonly trace?: Trace;
}

/** One thing that happens to the coordinator. */
export type CoordinatorInput =
  /** The `wakeAt` of the last output has come. Harmless when early. */
  | { readonly kind: "timer" }
  /** A worker's request. `callId` comes back in the {@linkcode OutgoingAnswer}. */
  | { readonly kind: "request"; readonly callId: number; readonly message: WorkerRequest }
  /** The order was carried out: the output has its final name. */
  | { readonly kind: "committed"; readonly order: CommitOrder }
  /** It was not. `lost`: the output could not be had; otherwise its final place could not be written. */
  | {
    readonly kind: "commitFailed";
    readonly order: CommitOrder;
    readonly message: string;
    readonly lost: boolean;
  }
  /** What {@linkcode CoordinatorOutput.finish} asks for is done. */
  | { readonly kind: "finished" }
  /** Whoever started the worker knows that its process has ended; `how` says in what way. */
  | { readonly kind: "workerDied"; readonly workerId: string; readonly how: string }
  /** The job cannot go on, for reasons outside of it. */
  | { readonly kind: "abort"; readonly message: string };

/** An answer to be sent. A question may stay unanswered for a while. */
export interface OutgoingAnswer {
  readonly callId: number;
  readonly message: CoordinatorReply;
}

/** Gives the output of the reduce attempt that counts its final name. */
export interface CommitOrder {
  /** The partition. */
  readonly task: number;
  readonly attempt: number;
  /** Who has the output, unless it lies in the output folder already. */
  readonly worker: WorkerAddress;
  readonly result: ReduceResult;
}

/**
 * What must be done, **in the order of the fields**:
 *
 * 1. `journal` is appended to the journal.
 * 2. When all that was ever handed to the journal is written, `answers` are sent and `commits` are begun. A worker
 *    that was given an attempt, or told that its attempt counts, can rely on a restarted master to know it.
 * 3. `finish`: all outputs have their names; mark the job as done (`_SUCCESS`), then give the input `finished`.
 * 4. The coordinator wants the input `timer` at `wakeAt`.
 */
export interface CoordinatorOutput {
  readonly journal: readonly JournalRecord[];
  readonly answers: readonly OutgoingAnswer[];
  readonly commits: readonly CommitOrder[];
  readonly finish: boolean;
  readonly wakeAt: Instant;
}
