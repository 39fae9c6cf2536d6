/** A coordinator for tests, with workers that say what the test tells them to say. */

import assert from "node:assert/strict";
import { type Instant, instant, ms } from "../base/units.ts";
import { Coordinator } from "./coordinator.ts";
import { JOB_OPTIONS_DEFAULT } from "./coordinator_defaults.ts";
import { checkCoordinator } from "./coordinator_invariants.ts";
import type {
  CommitOrder,
  CoordinatorInput,
  CoordinatorOutput,
  JobDescription,
} from "./coordinator_io.ts";
import type { JobStatus } from "./coordinator_status.ts";
import type { Counters, JobOptions } from "./job.ts";
import type { JournalRecord } from "./journal_records.ts";
import type {
  Assignment,
  AttemptId,
  CoordinatorReply,
  Heartbeat,
  RecordRange,
  WorkerRequest,
} from "./messages.ts";
import type { InputFile } from "./splits.ts";

/** What a test may choose. */
export interface TestJobOptions extends Partial<JobOptions> {
  readonly inputs?: readonly InputFile[];
  readonly splitBytes?: number;
  /** `null`: the master does not know it. */
  readonly app?: JobDescription["app"] | null;
}

const APP = { name: "wc", wholeFiles: false };

/** Two files of one split each. */
const INPUTS: readonly InputFile[] = [{ file: "a", size: 100 }, { file: "b", size: 100 }];

/** A coordinator, a clock, and a record of all that was written and answered. */
export class TestJob {
  readonly job: JobDescription;
  coordinator: Coordinator;
  /** All that the journal got. */
  readonly journal: JournalRecord[] = [];
  /** Commit orders that nobody has carried out yet. */
  readonly orders: CommitOrder[] = [];
  finishAsked = false;
  wakeAt: Instant = instant(0);
  now: Instant = instant(0);
  readonly #answers = new Map<number, CoordinatorReply>();
  #callId = 0;

  constructor(options: TestJobOptions = {}) {
    const { inputs = INPUTS, splitBytes = 100, app = APP, ...others } = options;
    this.job = {
      inputs,
      splitBytes,
      app: app ?? undefined,
      options: { ...JOB_OPTIONS_DEFAULT, nReduce: 2, ...others },
    };
    this.coordinator = this.#make();
    this.step({ kind: "timer" });
  }

  get status(): JobStatus {
    return this.coordinator.status();
  }

  /** Restarts the master from its journal. */
  restart(): void {
    this.orders.length = 0;
    this.coordinator = this.#make();
    this.step({ kind: "timer" });
  }

  step(input: CoordinatorInput): CoordinatorOutput {
    const output = this.coordinator.step(input, this.now);
    checkCoordinator(this.coordinator.state);
    this.journal.push(...output.journal);
    this.orders.push(...output.commits);
    this.finishAsked ||= output.finish;
    this.wakeAt = output.wakeAt;
    for (const { callId, message } of output.answers) {
      assert.ok(!this.#answers.has(callId), "a call is answered twice");
      this.#answers.set(callId, message);
    }
    return output;
  }

  /** Lets time pass, and wakes the coordinator whenever it wants to be. */
  pass(millis: number): void {
    const until = this.now + millis;
    while (this.wakeAt <= until) {
      this.now = instant(Math.max(this.now, this.wakeAt));
      this.step({ kind: "timer" });
    }
    this.now = instant(until);
  }

  /** Sends a request; returns how to look for its answer. */
  send(message: WorkerRequest): () => CoordinatorReply | undefined {
    const callId = ++this.#callId;
    this.step({ kind: "request", callId, message });
    return () => this.#answers.get(callId);
  }

  /** Sends a request that must be answered at once. */
  call(message: WorkerRequest): CoordinatorReply {
    const reply = this.send(message)();
    assert.ok(reply !== undefined, `no answer to ${message.kind}`);
    return reply;
  }

  /** A worker comes. */
  worker(id: string, machineId = "m1"): TestWorker {
    const worker = new TestWorker(this, id, machineId);
    worker.register();
    return worker;
  }

  /** Carries out all commit orders. */
  commitAll(): void {
    for (const order of this.orders.splice(0)) this.step({ kind: "committed", order });
  }

  /** Lets `worker` do all that there is to do in the present phase. */
  doAll(worker: TestWorker, counters: Counters = {}): void {
    for (let task = worker.tryAsk(); task !== undefined; task = worker.tryAsk()) {
      worker.done(task, counters);
    }
  }

  #make(): Coordinator {
    return new Coordinator({
      job: this.job,
      jobId: "job",
      place: { machineId: "m1", inputFolder: "/in", outputFolder: "/out" },
      recovered: [...this.journal],
    }, this.now);
  }
}

/** A worker in the hands of a test. */
export class TestWorker {
  readonly id: string;
  readonly #job: TestJob;
  readonly #machineId: string;

  constructor(job: TestJob, id: string, machineId: string) {
    this.id = id;
    this.#job = job;
    this.#machineId = machineId;
  }

  get from(): { readonly workerId: string; readonly jobId: string } {
    return { workerId: this.id, jobId: "job" };
  }

  register(app = APP): CoordinatorReply {
    return this.#job.call({
      kind: "register",
      address: {
        workerId: this.id,
        hostname: this.id,
        port: 1,
        machineId: this.#machineId,
        folder: `/tasks/${this.id}`,
      },
      app,
      log: `/log/${this.id}`,
    });
  }

  /** Asks for work without waiting for the answer. */
  send(): () => CoordinatorReply | undefined {
    return this.#job.send({ kind: "askForWork", ...this.from });
  }

  /** Asks for work; `undefined` if there is none at present. */
  tryAsk(): Assignment | undefined {
    const reply = this.send()();
    return reply?.kind === "assigned" ? reply.assignment : undefined;
  }

  /** Asks for work that must be there. */
  ask(): Assignment {
    const assignment = this.tryAsk();
    assert.ok(assignment !== undefined, `there is no work for ${this.id}`);
    return assignment;
  }

  /** Reports a finished attempt; tells whether it counts. */
  done(
    { kind, task, attempt }: AttemptId,
    counters: Counters = {},
    partitionBytes: readonly number[] = this.#job.job.options.nReduce === 2 ? [10, 20] : [],
  ): boolean {
    const path = `m-${task}-${attempt}`;
    const outputFile = `mr-part-${task}-${attempt}-${this.id}`;
    const reply = this.#job.call(
      kind === "map"
        ? {
          kind: "mapDone",
          ...this.from,
          task,
          attempt,
          result: { partitionBytes, path, counters },
        }
        : {
          kind: "reduceDone",
          ...this.from,
          task,
          attempt,
          result: { outputFile, bytes: 5, records: 1, counters },
        },
    );
    assert.equal(reply.kind, "reported");
    return reply.kind === "reported" && reply.accepted;
  }

  /** Reports a failure. */
  failed(
    id: AttemptId,
    details: { message?: string; record?: RecordRange; lostInputs?: readonly number[] } = {},
  ): void {
    const { message = "it broke", record, lostInputs = [] } = details;
    const { kind, task, attempt } = id;
    this.#job.call({
      kind: "attemptFailed",
      ...this.from,
      id: { kind, task, attempt },
      message,
      record,
      lostInputs,
    });
  }

  /** Sends a heartbeat; tells whether the attempt goes on. */
  beats({ kind, task, attempt }: AttemptId, details: Partial<Heartbeat> = {}): boolean {
    const reply = this.#job.call({
      kind: "heartbeat",
      ...this.from,
      running: { kind, task, attempt },
      active: true,
      fraction: 0.5,
      status: "",
      record: undefined,
      ...details,
    });
    assert.equal(reply.kind, "heartbeatReply");
    return reply.kind === "heartbeatReply" && !reply.cancelled;
  }
}

/** The span that attempts may be silent. */
export const TASK_TIMEOUT: number = ms(JOB_OPTIONS_DEFAULT.taskTimeout);
