/**
 * The nouns of the coordinator (the paper's §3.2): tasks, their attempts, workers. What may happen to them is decided
 * elsewhere.
 */

import { type Instant, type Millis, ms } from "../base/units.ts";
import type { Split, WorkerAddress } from "./job.ts";
import type { AttemptId, MapResult, RecordRange, ReduceResult } from "./messages.ts";

/** The paper's states of a task. */
export type TaskState = "idle" | "inProgress" | "completed";

/** What has become of an attempt. */
export type AttemptState =
  /** With a worker, as far as anybody knows. */
  | "running"
  /** Silent for too long. It may come back to life, and its report is welcome while the task is open. */
  | "givenUp"
  /** Its worker has reported a failure. */
  | "failed"
  /** Not wanted any more, because another attempt counts or its worker has dropped it. */
  | "cancelled"
  /** It counts. Of a reduce task: it is being committed, or is. */
  | "done"
  /** It counted, but its output is gone. */
  | "lost";

/** One execution of a task. */
export interface Attempt {
  readonly id: AttemptId;
  readonly worker: WorkerState;
  readonly startedAt: Instant;
  /** Whether another attempt was in progress at the time (the paper's §3.6). */
  readonly backup: boolean;
  /** Whether it was handed out by a master before this one: what has become of it, nobody has written down. */
  readonly isRecovered: boolean;
  /** {@linkcode CoordinatorState.losses} when it was handed out. */
  lossesAtStart: number;
  state: AttemptState;
  /** The last sign of life: handing out, or progress. */
  activeAt: Instant;
  endedAt: Instant | undefined;
  fraction: number;
  status: string;
  /** The record that the application was given last, one at a time. */
  record: RecordRange | undefined;
}

/** What map and reduce tasks share. */
interface TaskOf<Kind extends "map" | "reduce", Result> {
  readonly kind: Kind;
  readonly number: number;
  state: TaskState;
  /** Attempt `n` stands at `n - 1`. */
  readonly attempts: Attempt[];
  /** How much has failed, in parts of a failure: see `coordinator_failure.ts`. */
  failures: number;
  /** Where it failed last, and when. */
  readonly failedOn: Map<string, Instant>;
  /** The attempt that counts, and what it has made. */
  winner: Attempt | undefined;
  result: Result | undefined;
}

/** A map task. */
export interface MapTask extends TaskOf<"map", MapResult> {
  readonly splits: readonly Split[];
  readonly machines: readonly string[];
  /**
   * What the attempt that counted last has made, even when its output is lost by now: the reduce tasks that remain
   * may have read it all, and then nobody makes it again.
   */
  accepted: MapResult | undefined;
  /** {@linkcode CoordinatorState.losses} when it was completed last. */
  lossesAtCompletion: number;
  /** The output that went with a worker that died. It counts again if the worker comes back in time. */
  gone: { readonly attempt: Attempt; readonly result: MapResult } | undefined;
  /** Records that attempts failed on, each with the number of failures; by `file:start-end`. */
  readonly suspects: Map<string, number>;
  readonly skipRecords: RecordRange[];
  oneRecordAtATime: boolean;
}

/** A reduce task. While its output is being committed it is in progress, and has a winner. */
export type ReduceTask = TaskOf<"reduce", ReduceResult>;

/** A task of either kind. */
export type Task = MapTask | ReduceTask;

/** A worker. */
export interface WorkerState {
  readonly id: string;
  address: WorkerAddress;
  log: string;
  seenAt: Instant;
  /** `dead`: silent for too long, may come back. `gone`: has said that it leaves. */
  life: "alive" | "dead" | "gone";
  /** The attempt that it executes, as far as anybody knows. */
  running: Attempt | undefined;
  /** Whether it was told that the job is over. */
  dismissed: boolean;
  attemptsDone: number;
  attemptsFailed: number;
}

/** A question that is not answered yet, because there is nothing to do. */
export interface HeldAsk {
  readonly callId: number;
  readonly worker: WorkerState;
  readonly until: Instant;
}

/** How many attempts of a task are running. */
export function runningCount(task: Task): number {
  let count = 0;
  for (const attempt of task.attempts) if (attempt.state === "running") count++;
  return count;
}

/** The bytes of input of a map task. */
export function bytesOf(task: MapTask): number {
  return task.splits.reduce((sum, { start, end }) => sum + end - start, 0);
}

/** The span of an attempt so far, or until it ended. */
export function ageOf(attempt: Attempt, now: Instant): Millis {
  return ms((attempt.endedAt ?? now) - attempt.startedAt);
}

/** What a task of either kind begins with. */
export function newTask(): {
  state: "idle";
  attempts: Attempt[];
  failures: number;
  failedOn: Map<string, Instant>;
  winner: undefined;
  result: undefined;
} {
  return {
    state: "idle",
    attempts: [],
    failures: 0,
    failedOn: new Map(),
    winner: undefined,
    result: undefined,
  };
}
