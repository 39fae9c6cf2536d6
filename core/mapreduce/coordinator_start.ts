/** Puts a master together: journal, committer, coordinator. What is left to do is to serve its `handle`. */

import type { Clock, Files, Random, Trace } from "../base/ports.ts";
import type { Millis } from "../base/units.ts";
import { FilesCommitter } from "./coordinator_committer.ts";
import type { CoordinatorTiming, JobDescription, MasterPlace } from "./coordinator_io.ts";
import {
  CoordinatorNode,
  type CoordinatorObserver,
  type MakeCoordinator,
} from "./coordinator_node.ts";
import type { WorkerAddress } from "./job.ts";
import { openJournal } from "./journal.ts";
import type { RpcCaller } from "./messages.ts";

/** What the files of the journal are called, with a number behind, in the folder of the results. */
export const JOURNAL_NAME = "mr-journal";

/** What a master is made of. */
export interface CoordinatorStartOptions {
  readonly job: JobDescription;
  readonly place: MasterPlace;
  /** The files of the master's machine. */
  readonly files: Files;
  readonly clock: Clock;
  /** Names a new job. */
  readonly random: Random;
  /** The way to a worker's file service. */
  readonly connect: (worker: WorkerAddress) => RpcCaller;
  readonly timing?: Partial<CoordinatorTiming>;
  /** See {@linkcode CoordinatorNode}. */
  readonly linger?: Millis;
  readonly makeCoordinator?: MakeCoordinator;
  readonly observer?: CoordinatorObserver;
  readonly trace?: Trace;
}

/** A master that runs. */
export interface StartedCoordinator {
  readonly node: CoordinatorNode;
  /** Whether a master before this one had begun the job. */
  readonly isResumed: boolean;
  /** What was torn off the end of its journal, in bytes. */
  readonly droppedBytes: number;
}

/** Where the journal of a job is. */
export function journalPath(place: MasterPlace): string {
  return `${place.outputFolder}/${JOURNAL_NAME}`;
}

/**
 * Starts the job, or goes on with it where a killed master has left it.
 *
 * @throws {JournalMismatchError} If the folder of the results holds the journal of another job.
 */
export async function startCoordinator(
  options: CoordinatorStartOptions,
): Promise<StartedCoordinator> {
  const { job, place, files, clock, random, connect, timing, linger, observer, trace } = options;
  const { makeCoordinator } = options;
  const recovered = await openJournal({
    files,
    path: journalPath(place),
    job,
    newJobId: random.child("jobId").bits53().toString(16),
    outputFolder: place.outputFolder,
  });
  const node = new CoordinatorNode({
    job,
    place,
    clock,
    recovered,
    committer: new FilesCommitter({ files, place, connect }),
    ...(timing && { timing }),
    ...(linger !== undefined && { linger }),
    ...(makeCoordinator && { makeCoordinator }),
    ...(observer && { observer }),
    ...(trace && { trace }),
  });
  return {
    node,
    isResumed: recovered.records.length > 0,
    droppedBytes: recovered.droppedBytes,
  };
}
