/** The worker of the paper: asks for tasks, has them run, reports. */

import type {
  MapAssignment,
  MapResult,
  RecordRange,
  ReduceAssignment,
  ReduceResult,
} from "./messages.ts";

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
   * `oneRecordAtATime`. When it resolves the master knows: a process that dies now has died of this record.
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
