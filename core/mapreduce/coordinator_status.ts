/** How a job stands: for the progress bar, the status page and the final table. */

import { between, type Millis, ms } from "../base/units.ts";
import type { CoordinatorState } from "./coordinator_state.ts";
import {
  ageOf,
  type Attempt,
  type AttemptState,
  bytesOf,
  type Task,
  type TaskState,
  type WorkerState,
} from "./coordinator_tasks.ts";
import { CounterTotals } from "./counters.ts";
import type { Counters, WorkerAddress } from "./job.ts";
import type { AttemptId, RecordRange, TaskKind } from "./messages.ts";

/** What a job is busy with. `waiting`: the application is not known before the first worker comes. */
export type JobPhase = "waiting" | "map" | "reduce" | "finishing" | "done" | "failed";

/** The tasks of one kind. */
export interface PhaseStatus {
  readonly tasks: number;
  readonly idle: number;
  readonly inProgress: number;
  readonly completed: number;
  /** How much is done, in `[0, 1]`; tasks in progress count by what they tell. */
  readonly fraction: number;
  readonly attempts: number;
  readonly backups: number;
  /** Attempts that reported a failure. */
  readonly failed: number;
  /** Attempts that were given up or whose output was lost. */
  readonly lost: number;
}

/** An attempt, as a page shows it. */
export interface AttemptStatus extends AttemptId {
  readonly workerId: string;
  readonly state: AttemptState;
  readonly backup: boolean;
  /** How long it took, or has taken so far. */
  readonly duration: Millis;
  readonly fraction: number;
  /** What it is doing; may be empty. */
  readonly status: string;
}

/** A task, as a page shows it. */
export interface TaskStatus {
  readonly kind: TaskKind;
  readonly task: number;
  readonly state: TaskState;
  /** What it reads: the first file and how many more; empty for reduce tasks. */
  readonly input: string;
  readonly inputBytes: number;
  readonly attempts: readonly AttemptStatus[];
}

/** A worker, as a page shows it. */
export interface WorkerStatus {
  readonly address: WorkerAddress;
  readonly log: string;
  readonly life: WorkerState["life"];
  /** How long it has been silent. */
  readonly silent: Millis;
  readonly running: AttemptStatus | undefined;
  readonly attemptsDone: number;
  readonly attemptsFailed: number;
}

/** How a job stands. */
export interface JobStatus {
  readonly jobId: string;
  /** Empty while it is not known. */
  readonly app: string;
  readonly phase: JobPhase;
  /** Why the job has failed, in one line. */
  readonly failure: string | undefined;
  /** Since this master was started. */
  readonly elapsed: Millis;
  readonly map: PhaseStatus;
  readonly reduce: PhaseStatus;
  readonly workers: readonly WorkerStatus[];
  /** Of the attempts that count. */
  readonly counters: Counters;
  readonly inputBytes: number;
  readonly intermediateBytes: number;
  readonly outputBytes: number;
  readonly outputRecords: number;
  /** Attempts that were for nothing, and the time spent on them. */
  readonly wastedAttempts: number;
  readonly wastedTime: Millis;
  /** The attempt that took longest, of those that count. */
  readonly slowest: AttemptStatus | undefined;
  /** What was left out, in the order of the tasks. */
  readonly skippedRecords: readonly RecordRange[];
  /** Whether every worker that is left knows that the job is over. */
  readonly allDismissed: boolean;
}

/** Returns how the job stands. */
export function statusOf(state: CoordinatorState): JobStatus {
  const counters = new CounterTotals();
  for (const { accepted } of state.maps) {
    if (accepted !== undefined) counters.add(accepted.counters);
  }
  for (const { result } of state.reduces) if (result !== undefined) counters.add(result.counters);
  const workers = [...state.workers.values()];
  return {
    jobId: state.jobId,
    app: state.app?.name ?? "",
    phase: phaseOf(state),
    failure: state.failure,
    elapsed: between(state.startedAt, state.now),
    map: phaseStatus(state.maps),
    reduce: phaseStatus(state.reduces),
    workers: workers.map((worker) => workerStatus(state, worker)),
    counters: counters.totals(),
    inputBytes: sum(state.job.inputs, ({ size }) => size),
    intermediateBytes: sum(
      state.maps,
      ({ accepted }) => sum(accepted?.partitionBytes ?? [], (bytes) => bytes),
    ),
    outputBytes: sum(state.reduces, ({ result }) => result?.bytes ?? 0),
    outputRecords: sum(state.reduces, ({ result }) => result?.records ?? 0),
    wastedAttempts: state.wastedAttempts,
    wastedTime: ms(Math.max(0, state.wastedMillis)),
    slowest: slowestOf(state),
    skippedRecords: state.maps.flatMap(({ skipRecords }) => skipRecords),
    allDismissed: workers.every(({ dismissed, life }) => dismissed || life !== "alive"),
  };
}

/** Returns every task of a kind with its attempts. */
export function taskStatuses(state: CoordinatorState, kind: TaskKind): TaskStatus[] {
  const tasks: readonly Task[] = kind === "map" ? state.maps : state.reduces;
  return tasks.map((task) => ({
    kind,
    task: task.number,
    state: task.state,
    input: inputOf(task),
    inputBytes: task.kind === "map" ? bytesOf(task) : 0,
    attempts: task.attempts.map((attempt) => attemptStatus(state, attempt)),
  }));
}

function phaseOf(state: CoordinatorState): JobPhase {
  if (state.failure !== undefined) return "failed";
  if (state.finished) return "done";
  if (state.app === undefined) return "waiting";
  if (!state.allMapsCompleted) return "map";
  return state.reducesCompleted < state.reduces.length ? "reduce" : "finishing";
}

function phaseStatus(tasks: readonly Task[]): PhaseStatus {
  const count = { idle: 0, inProgress: 0, completed: 0 };
  let [fraction, attempts, backups, failed, lost] = [0, 0, 0, 0, 0];
  for (const task of tasks) {
    count[task.state]++;
    let most = task.state === "completed" ? 1 : 0;
    for (const attempt of task.attempts) {
      attempts++;
      if (attempt.backup) backups++;
      if (attempt.state === "failed") failed++;
      if (attempt.state === "givenUp" || attempt.state === "lost") lost++;
      if (attempt.state === "running") most = Math.max(most, attempt.fraction);
    }
    fraction += most;
  }
  return {
    tasks: tasks.length,
    ...count,
    fraction: tasks.length === 0 ? 1 : fraction / tasks.length,
    attempts,
    backups,
    failed,
    lost,
  };
}

function workerStatus(state: CoordinatorState, worker: WorkerState): WorkerStatus {
  return {
    address: worker.address,
    log: worker.log,
    life: worker.life,
    silent: between(worker.seenAt, state.now),
    running: worker.running && attemptStatus(state, worker.running),
    attemptsDone: worker.attemptsDone,
    attemptsFailed: worker.attemptsFailed,
  };
}

function attemptStatus(state: CoordinatorState, attempt: Attempt): AttemptStatus {
  return {
    ...attempt.id,
    workerId: attempt.worker.id,
    state: attempt.state,
    backup: attempt.backup,
    duration: ageOf(attempt, state.now),
    fraction: attempt.fraction,
    status: attempt.status,
  };
}

function slowestOf(state: CoordinatorState): AttemptStatus | undefined {
  let slowest: Attempt | undefined;
  for (const { winner } of [...state.maps, ...state.reduces]) {
    if (winner === undefined) continue;
    if (slowest === undefined || ageOf(winner, state.now) > ageOf(slowest, state.now)) {
      slowest = winner;
    }
  }
  return slowest && attemptStatus(state, slowest);
}

function inputOf(task: Task): string {
  if (task.kind === "reduce") return "";
  const more = task.splits.length - 1;
  return more === 0 ? task.splits[0]!.file : `${task.splits[0]!.file} and ${more} more`;
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
