/**
 * What the coordinator, the workers and the task runners say to each other. Workers ask and report, the
 * coordinator only answers; nobody calls a worker but to read its files. How the messages travel is the
 * business of `messages_codec.ts`.
 */

import type { Millis } from "../base/units.ts";
import type { Counters, Split, WorkerAddress } from "./job.ts";

/** The coordinator's service: takes a {@linkcode WorkerRequest}, answers a {@linkcode CoordinatorReply}. */
export const COORDINATOR_SERVICE = "MapReduce";

/** The file service of workers, and of the master for input files: {@linkcode FetchRequest}, {@linkcode FetchReply}. */
export const FILE_SERVICE = "MapReduceFiles";

/** The way to another process. It rejects when no answer came; the request may have been handled all the same. */
export interface RpcCaller {
  call(service: string, request: Uint8Array, deadline?: Millis): Promise<Uint8Array>;
}

/** Which of the two phases a task belongs to. */
export type TaskKind = "map" | "reduce";

/** Names one execution of one task. Attempts of a task are numbered from 1, over restarts of the master too. */
export interface AttemptId {
  readonly kind: TaskKind;
  /** The number of the task within its phase, from 0. For a reduce task it is the partition. */
  readonly task: number;
  readonly attempt: number;
}

/** A record of an input file, or several in a row: bytes `start` up to but without `end`. */
export interface RecordRange {
  readonly file: string;
  readonly start: number;
  readonly end: number;
}

/** A map task to be executed. */
export interface MapAssignment extends AttemptId {
  readonly kind: "map";
  /**
   * What to read. Usually one split; many small files share a task when there are very many of them. The
   * application's `map` sees each split by itself.
   */
  readonly splits: readonly Split[];
  readonly nReduce: number;
  /** Records that must not be handed to the application (the paper's §4.6). */
  readonly skipRecords: readonly RecordRange[];
  /**
   * Hand the application one record at a time, and call {@linkcode TaskControl.recordBegins} before each, so that
   * the one on which attempts fail can be found.
   */
  readonly oneRecordAtATime: boolean;
}

/** One sorted file that a reduce task merges: its partition's part of one map task's output. */
export interface ReduceInput {
  readonly mapTask: number;
  readonly attempt: number;
  readonly worker: WorkerAddress;
  /** The folder with the map attempt's files, below the worker's folder ({@linkcode MapResult.path}). */
  readonly path: string;
  /** The size of this partition's part, `> 0`: map tasks without any are left out. */
  readonly bytes: number;
}

/** A reduce task to be executed. */
export interface ReduceAssignment extends AttemptId {
  readonly kind: "reduce";
  /** In the order of the map tasks. */
  readonly inputs: readonly ReduceInput[];
  /**
   * Where to write {@linkcode temporaryOutputName}, as an absolute path; empty if the master's machine is another
   * one: then the output goes below the worker's own folder, and the master fetches it from there.
   */
  readonly outputFolder: string;
}

/** A task to be executed. */
export type Assignment = MapAssignment | ReduceAssignment;

/** What a map attempt has made: a folder with one sorted file for each partition that has pairs. */
export interface MapResult {
  /** The size of each partition's part, in bytes; 0 means that there is none. `nReduce` numbers. */
  readonly partitionBytes: readonly number[];
  /** The folder of the files, below {@linkcode WorkerAddress.folder}. */
  readonly path: string;
  readonly counters: Counters;
}

/** What a reduce attempt has made. It becomes the task's output only if the coordinator commits it. */
export interface ReduceResult {
  /** The temporary file: below {@linkcode ReduceAssignment.outputFolder}, or below the worker's folder if that is empty. */
  readonly outputFile: string;
  /** Its size. */
  readonly bytes: number;
  /** Its lines. */
  readonly records: number;
  readonly counters: Counters;
}

/** Returns the name for the output of a reduce attempt before it is committed. It is unique to the execution. */
export function temporaryOutputName(task: number, attempt: number, workerId: string): string {
  return `${TEMPORARY_PREFIX}${task}-${attempt}-${workerId}`;
}

/** What the names of uncommitted outputs begin with; never `mr-out`. */
export const TEMPORARY_PREFIX = "mr-part-";

/** Facts about a failure beside its message. */
export interface TaskFailureDetails extends ErrorOptions {
  /** The record that the application could not stand, if it is known. */
  readonly record?: RecordRange;
  /** The map tasks whose files could not be had. */
  readonly lostInputs?: readonly number[];
}

/** Thrown by a task runner: the attempt has failed. Any other error counts as one without details. */
export class TaskFailure extends Error {
  override readonly name = "TaskFailure";
  readonly record: RecordRange | undefined;
  readonly lostInputs: readonly number[];

  constructor(message: string, details: TaskFailureDetails = {}) {
    super(message, details);
    this.record = details.record;
    this.lostInputs = details.lostInputs ?? [];
  }
}

/** What a worker must know of its application for all workers of a job to do the same. */
export interface AppInfo {
  /** Names the application and, where it can change, its version. Workers with another one are refused. */
  readonly name: string;
  /** Whether `map` must see whole files. */
  readonly wholeFiles: boolean;
}

/** The first thing that a worker says, and again when a coordinator does not know it. */
export interface Register {
  readonly kind: "register";
  readonly address: WorkerAddress;
  readonly app: AppInfo;
  /** Where a person finds what the worker wrote to stderr; may be empty. */
  readonly log: string;
}

/** A worker has nothing to do. */
export interface AskForWork {
  readonly kind: "askForWork";
  readonly workerId: string;
  readonly jobId: string;
}

/** A worker is alive, whatever its task does. */
export interface Heartbeat {
  readonly kind: "heartbeat";
  readonly workerId: string;
  readonly jobId: string;
  readonly running: AttemptId;
  /** Whether the task has made progress since the last heartbeat; only this counts as life of the attempt. */
  readonly active: boolean;
  /** How much of the task is done, in `[0, 1]`. */
  readonly fraction: number;
  /** What the task is doing, for people; may be empty. */
  readonly status: string;
  /** The record that is about to be handed to the application, one at a time. */
  readonly record: RecordRange | undefined;
}

/** A map attempt is finished. */
export interface MapDone {
  readonly kind: "mapDone";
  readonly workerId: string;
  readonly jobId: string;
  readonly task: number;
  readonly attempt: number;
  readonly result: MapResult;
}

/** A reduce attempt is finished. */
export interface ReduceDone {
  readonly kind: "reduceDone";
  readonly workerId: string;
  readonly jobId: string;
  readonly task: number;
  readonly attempt: number;
  readonly result: ReduceResult;
}

/** An attempt has failed. */
export interface AttemptFailed {
  readonly kind: "attemptFailed";
  readonly workerId: string;
  readonly jobId: string;
  readonly id: AttemptId;
  /** One line: the probable cause. */
  readonly message: string;
  readonly record: RecordRange | undefined;
  readonly lostInputs: readonly number[];
}

/** A worker leaves before the job is done. */
export interface Leave {
  readonly kind: "leave";
  readonly workerId: string;
  readonly jobId: string;
  /** Whether its intermediate files stay where they are, for workers of the same machine. */
  readonly filesStay: boolean;
}

/** What a worker says to the coordinator. */
export type WorkerRequest =
  | Register
  | AskForWork
  | Heartbeat
  | MapDone
  | ReduceDone
  | AttemptFailed
  | Leave;

/** The answer to {@linkcode Register}. */
export interface Registered {
  readonly kind: "registered";
  readonly jobId: string;
  /** How often to send a {@linkcode Heartbeat} while a task runs. */
  readonly heartbeatInterval: Millis;
  /** The master's machine; workers of the same one read the input files directly. */
  readonly machineId: string;
  /** The folder that relative names of input files are below, on that machine. */
  readonly inputFolder: string;
}

/** The worker cannot take part. */
export interface Refused {
  readonly kind: "refused";
  readonly message: string;
}

/** There is work. */
export interface Assigned {
  readonly kind: "assigned";
  readonly assignment: Assignment;
}

/** Nothing to do at present: ask again after `delay`. */
export interface Wait {
  readonly kind: "wait";
  readonly delay: Millis;
}

/** The answer to a heartbeat. */
export interface HeartbeatReply {
  readonly kind: "heartbeatReply";
  /** The attempt has been given up, or another one was first: its result is not wanted. */
  readonly cancelled: boolean;
}

/** The answer to a report. */
export interface Reported {
  readonly kind: "reported";
  /** Whether this attempt is the one that counts. If not, its files can go. */
  readonly accepted: boolean;
}

/** The coordinator does not know this worker: it must register (again) first. */
export interface UnknownWorker {
  readonly kind: "unknownWorker";
}

/** The job is over; a possible answer to anything. */
export interface Exit {
  readonly kind: "exit";
  /** Why the job failed, or `undefined` if it is done. */
  readonly failure: string | undefined;
}

/** What the coordinator answers. */
export type CoordinatorReply =
  | Registered
  | Refused
  | Assigned
  | Wait
  | HeartbeatReply
  | Reported
  | UnknownWorker
  | Exit;

/** Asks for a piece of a file. */
export interface FetchRequest {
  /** A worker: intermediate files and outputs, below its folder. The master: input files, by their names. */
  readonly path: string;
  readonly offset: number;
  /** How many bytes at most. */
  readonly length: number;
}

/** The piece, shorter than asked for only at the end of the file; `undefined`: there is no such file. */
export type FetchReply = Uint8Array | undefined;
