/**
 * What the coordinator knows (the paper's §3.2): tasks, their attempts, workers. The handlers, one a file, change it;
 * this file has no rules of its own but those by which tasks become idle, in progress and completed.
 */

import { invariant } from "../base/errors.ts";
import { noTrace, type Trace } from "../base/ports.ts";
import { type Instant, ms } from "../base/units.ts";
import { IdleTasks } from "./coordinator_idle_tasks.ts";
import type {
  CommitOrder,
  CoordinatorSetup,
  CoordinatorTiming,
  JobDescription,
  MasterPlace,
  OutgoingAnswer,
} from "./coordinator_io.ts";
import type { JournalRecord } from "./journal_records.ts";
import type { AppInfo, AttemptId, CoordinatorReply } from "./messages.ts";
import {
  type Attempt,
  bytesOf,
  type HeldAsk,
  type MapTask,
  newTask,
  type ReduceTask,
  runningCount,
  type Task,
  type WorkerState,
} from "./coordinator_tasks.ts";
import { groupSplits, planSplits } from "./splits.ts";

/** A split this much larger than wanted (a compressed file) is begun before all others, lest it be the last to end. */
const LARGE = 1.5;

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
    if (task.winner !== undefined || runningCount(task) > 0) return;
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
