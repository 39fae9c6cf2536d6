/**
 * What the coordinator knows (the paper's §3.2): tasks, their attempts, workers. The handlers, one a file, change it;
 * this file has no rules of its own but those by which tasks become idle, in progress and completed.
 */

import { invariant } from "../base/errors.ts";
import { noTrace, type Trace } from "../base/ports.ts";
import { type Instant, type Millis, ms } from "../base/units.ts";
import { IdleTasks } from "./coordinator_idle_tasks.ts";
import type {
  CommitOrder,
  CoordinatorSetup,
  CoordinatorTiming,
  JobDescription,
  MasterPlace,
  OutgoingAnswer,
} from "./coordinator_io.ts";
import type { Split, WorkerAddress } from "./job.ts";
import type { JournalRecord } from "./journal_records.ts";
import type {
  AppInfo,
  AttemptId,
  CoordinatorReply,
  MapResult,
  RecordRange,
  ReduceResult,
} from "./messages.ts";
import { groupSplits, planSplits } from "./splits.ts";

/** A split this much larger than wanted (a compressed file) is begun before all others, lest it be the last to end. */
const LARGE = 1.5;

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

/** See the head of this file. */
export class CoordinatorState {
  readonly job: JobDescription;
  readonly jobId: string;
  readonly place: MasterPlace;
  readonly timing: CoordinatorTiming;
  readonly startedAt: Instant;
  readonly #trace: Trace;

  app: AppInfo | undefined;
  /** Empty until the application is known. */
  maps: readonly MapTask[] = [];
  readonly reduces: readonly ReduceTask[];
  readonly idleMaps: IdleTasks = new IdleTasks();
  readonly idleReduces: IdleTasks = new IdleTasks();
  mapsCompleted = 0;
  reducesCompleted = 0;
  readonly workers: Map<string, WorkerState> = new Map();
  heldAsks: HeldAsk[] = [];

  /**
   * Counts the map outputs that were lost so far. A reduce attempt that began before a map task was completed
   * anew has read the old output: its complaint says nothing about the new one.
   */
  losses = 0;
  /** The time of the attempts that were for nothing, in milliseconds. */
  wastedMillis = 0;
  wastedAttempts = 0;
  /** Of completed tasks: how many attempts took how long. */
  readonly durations: Record<"map" | "reduce", { count: number; sum: number }> = {
    map: { count: 0, sum: 0 },
    reduce: { count: 0, sum: 0 },
  };

  finishAsked = false;
  finished = false;
  /** Why the job has failed: one line. */
  failure: string | undefined;

  /** The time of the present step. */
  now: Instant;

  // What the present step wants done.
  records: JournalRecord[] = [];
  answers: OutgoingAnswer[] = [];
  commits: CommitOrder[] = [];

  constructor(setup: CoordinatorSetup, now: Instant) {
    const { job, timing } = setup;
    const { nReduce, taskTimeout, attemptsMax } = job.options;
    invariant(Number.isInteger(nReduce) && nReduce >= 1, "JobOptions", () => `nReduce ${nReduce}`);
    invariant(attemptsMax >= 1, "JobOptions", () => `attemptsMax ${attemptsMax}`);
    this.job = job;
    this.jobId = setup.jobId;
    this.place = setup.place;
    this.timing = {
      workerTimeout: ms(taskTimeout * 2),
      heartbeatInterval: ms(Math.min(500, taskTimeout / 5)),
      holdAsk: ms(250),
      ...timing,
    };
    this.#trace = setup.trace ?? noTrace;
    this.startedAt = now;
    this.now = now;
    this.reduces = Array.from({ length: nReduce }, (_, number) => ({
      kind: "reduce",
      number,
      ...newTask(),
    }));
    for (const { number } of this.reduces) this.idleReduces.add(number);
  }

  /** Whether nothing more will be handed out. */
  get isOver(): boolean {
    return this.finished || this.failure !== undefined;
  }

  get allMapsCompleted(): boolean {
    return this.app !== undefined && this.mapsCompleted === this.maps.length;
  }

  /** Plans the map tasks, now that the application is known. */
  planTasks(app: AppInfo): void {
    invariant(this.app === undefined, "PlannedOnce", () => `the tasks are planned already`);
    const { inputs, splitBytes } = this.job;
    const machines = new Map(inputs.map((input) => [input.file, input.machines ?? []]));
    const splits = planSplits(inputs, { splitBytes, wholeFiles: app.wholeFiles });
    this.app = app;
    this.maps = groupSplits(splits, splitBytes).map((splits, number): MapTask => ({
      kind: "map",
      number,
      ...newTask(),
      splits,
      machines: machines.get(splits[0]!.file) ?? [],
      accepted: undefined,
      lossesAtCompletion: 0,
      gone: undefined,
      suspects: new Map(),
      skipRecords: [],
      oneRecordAtATime: false,
    }));
    const isLarge = (task: MapTask) => bytesOf(task) > splitBytes * LARGE;
    const large = this.maps.filter(isLarge).sort((a, b) => bytesOf(b) - bytesOf(a));
    for (const task of [...large, ...this.maps.filter((task) => !isLarge(task))]) {
      this.idleMaps.add(task.number, task.machines);
    }
  }

  /** The task of that kind and number, or `undefined` if there is none: messages can name any. */
  taskOf(id: { readonly kind: "map" | "reduce"; readonly task: number }): Task | undefined {
    return id.kind === "map" ? this.maps[id.task] : this.reduces[id.task];
  }

  /** The attempt of that name, if `workerId` is who it was given to. */
  attemptOf(id: AttemptId, workerId: string): Attempt | undefined {
    const attempt = this.taskOf(id)?.attempts[id.attempt - 1];
    return attempt?.worker.id === workerId ? attempt : undefined;
  }

  idleTasks(kind: "map" | "reduce"): IdleTasks {
    return kind === "map" ? this.idleMaps : this.idleReduces;
  }

  /** Begins an attempt. */
  startAttempt(
    task: Task,
    worker: WorkerState,
    { backup, isRecovered }: { readonly backup: boolean; readonly isRecovered: boolean },
  ): Attempt {
    const attempt: Attempt = {
      id: { kind: task.kind, task: task.number, attempt: task.attempts.length + 1 },
      worker,
      startedAt: this.now,
      backup,
      isRecovered,
      lossesAtStart: this.losses,
      state: "running",
      activeAt: this.now,
      endedAt: undefined,
      fraction: 0,
      status: "",
      record: undefined,
    };
    task.attempts.push(attempt);
    task.state = "inProgress";
    this.idleTasks(task.kind).delete(task.number);
    worker.running = attempt;
    return attempt;
  }

  /** Ends an attempt without a result. Its task may become idle: see {@linkcode releaseTask}. */
  endAttempt(attempt: Attempt, state: "givenUp" | "failed" | "cancelled" | "lost"): void {
    if (attempt.worker.running === attempt) attempt.worker.running = undefined;
    // What was given up or done has been accounted for, one way or the other.
    if (attempt.state === "running" || attempt.state === "done") {
      attempt.endedAt ??= this.now;
      this.wastedAttempts++;
      this.wastedMillis += attempt.endedAt - attempt.startedAt;
    }
    attempt.state = state;
  }

  /** Lets an attempt that was given up go on. */
  reviveAttempt(attempt: Attempt): void {
    this.#unwaste(attempt);
    attempt.endedAt = undefined;
    attempt.state = "running";
    attempt.worker.running = attempt;
    const task = this.taskOf(attempt.id)!;
    task.state = "inProgress";
    this.idleTasks(task.kind).delete(task.number);
  }

  /** Makes `attempt` the one of its task that counts; the others are not wanted any more. */
  completeAttempt(task: Task, attempt: Attempt): void {
    invariant(
      task.winner === undefined,
      "OneAttemptCounts",
      () => `${task.kind} task ${task.number} has attempt ${task.winner?.id.attempt} already`,
    );
    if (attempt.worker.running === attempt) attempt.worker.running = undefined;
    if (attempt.state !== "running") this.#unwaste(attempt);
    if (attempt.state !== "lost") attempt.endedAt = this.now;
    attempt.state = "done";
    attempt.fraction = 1;
    task.winner = attempt;
    this.idleTasks(task.kind).delete(task.number);
    for (const other of task.attempts) {
      if (other.state === "running") this.endAttempt(other, "cancelled");
    }
  }

  /** Makes an open task idle if nobody is at work on it. */
  releaseTask(task: Task): void {
    if (task.winner !== undefined || isInProgress(task)) return;
    task.state = "idle";
    this.idleTasks(task.kind).addAgain(task.number);
  }

  /** Ends the job. */
  fail(cause: string): void {
    if (this.isOver) return;
    this.failure = cause;
    this.trace("the job fails", { cause });
  }

  answer(callId: number, message: CoordinatorReply): void {
    this.answers.push({ callId, message });
  }

  /** Emits a trace event. */
  trace(what: string, fields?: Readonly<Record<string, string | number | boolean>>): void {
    if (!this.#trace.enabled) return;
    this.#trace.emit({
      at: this.now,
      server: undefined,
      term: undefined,
      topic: "map",
      what,
      ...(fields && { fields }),
    });
  }

  #unwaste(attempt: Attempt): void {
    this.wastedAttempts--;
    this.wastedMillis -= attempt.endedAt! - attempt.startedAt;
  }
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

function isInProgress(task: Task): boolean {
  return runningCount(task) > 0;
}

function newTask(): {
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
