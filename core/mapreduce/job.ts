/** The nouns of a MapReduce job: splits, tasks, attempts, counters (the paper's section 3). */

import type { Millis } from "../base/units.ts";

/** A part of an input file, cut at line ends. The whole file has `start` 0 and `end` its size. */
export interface Split {
  /** The file's name as it was given to the master. */
  readonly file: string;
  /** In bytes; `end` is behind the last one. */
  readonly start: number;
  readonly end: number;
}

/** Where a worker's intermediate files can be had. */
export interface WorkerAddress {
  readonly workerId: string;
  /** Host and port of its file service. */
  readonly hostname: string;
  readonly port: number;
  /** Names the machine (and boot): workers with the same one read each other's files directly. */
  readonly machineId: string;
  /** The folder, on that machine, that its intermediate files are below. */
  readonly folder: string;
}

/** The finished output of one map task: one sorted file per partition, in one folder of one worker. */
export interface MapOutput {
  readonly mapTask: number;
  readonly attempt: number;
  readonly worker: WorkerAddress;
  /** The folder of the files, below {@linkcode WorkerAddress.folder}. */
  readonly path: string;
  /** The size of each partition's part, in bytes; 0 means that there is none. */
  readonly partitionBytes: readonly number[];
}

/** Counters: added up over the attempts that count, one per task, and never over others (§4.8). */
export type Counters = Readonly<Record<string, number>>;

/** How a job is run. */
export interface JobOptions {
  /** The paper's R. */
  readonly nReduce: number;
  /** An attempt that has not reported for this long is given up, and its task handed out again. */
  readonly taskTimeout: Millis;
  /** Whether the last tasks in progress are handed out twice when nothing else is left (§3.6), and after how long at the least. */
  readonly backupAfter: Millis | undefined;
  /** How often a task may fail before the job does. */
  readonly attemptsMax: number;
  /** Whether a record on which attempts failed twice is left out (§4.6). */
  readonly skipBadRecords: boolean;
}
