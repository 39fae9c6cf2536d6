/** A master whose every step is checked, right or with a mistake in it, and workers that say what a test has them say. */

import { instant, ms } from "../../../core/base/units.ts";
import { Coordinator } from "../../../core/mapreduce/coordinator.ts";
import { JOB_OPTIONS_DEFAULT } from "../../../core/mapreduce/coordinator_defaults.ts";
import type { CommitOrder, CoordinatorInput } from "../../../core/mapreduce/coordinator_io.ts";
import type {
  CoordinatorReply,
  RecordRange,
  TaskKind,
  WorkerRequest,
} from "../../../core/mapreduce/messages.ts";
import type { Mistake } from "../../bugs/mistake.ts";
import { mistakeNamed, MistakenCoordinator } from "../../bugs/mod.ts";
import { JobChecks } from "./job_checks.ts";
import type { StepCheck } from "./step_check.ts";

/** A planted mistake by its name, or one of the test's own. */
export type WatchedMistake = string | NonNullable<Mistake["master"]>;

const APP = { name: "wc", wholeFiles: false };

/** A master with one map task and one reduce task. Tasks time out after a second, backups come after 100 ms. */
export class WatchedMaster {
  /** What did not hold first. */
  broken: string | undefined;
  now = 0;
  /** Commit orders that nobody has carried out. */
  readonly orders: CommitOrder[] = [];
  readonly #checks: JobChecks;
  readonly #coordinator: Coordinator;
  /** What was answered whom, however late: `w1 assigned`. */
  readonly told: string[] = [];
  readonly #answers = new Map<number, CoordinatorReply>();
  readonly #callers = new Map<number, string>();
  #callId = 0;

  /** A right one by default; `others` look at its steps too. */
  constructor(mistake?: WatchedMistake, others: readonly StepCheck[] = []) {
    this.#checks = new JobChecks({
      fail: (error) => this.broken ??= (error as Error).message,
      onFinished: () => {},
      others,
    });
    const setup = {
      job: {
        inputs: [{ file: "a", size: 9 }],
        splitBytes: 100,
        app: APP,
        options: {
          ...JOB_OPTIONS_DEFAULT,
          nReduce: 1,
          taskTimeout: ms(1000),
          backupAfter: ms(100),
        },
      },
      jobId: "1",
      place: { machineId: "m1", inputFolder: "/in", outputFolder: "/out" },
      recovered: [],
    };
    const master = typeof mistake === "string" ? mistakeNamed(mistake).master : mistake;
    this.#coordinator = master === undefined
      ? new Coordinator(setup, instant(0))
      : new MistakenCoordinator(master, setup, instant(0));
    this.step({ kind: "timer" });
  }

  get mapsCompleted(): number {
    return this.#coordinator.state.mapsCompleted;
  }

  /** What happens next, `millis` later. */
  step(input: CoordinatorInput, millis = 0): void {
    this.now += millis;
    const output = this.#coordinator.step(input, instant(this.now));
    this.#checks.onStep(this.#coordinator.state, input, output);
    for (const { callId, message } of output.answers) {
      this.#answers.set(callId, message);
      this.told.push(`${this.#callers.get(callId)} ${message.kind}`);
    }
    this.orders.push(...output.commits);
  }

  /** A worker says something, and gets this answer, if it gets one at once. */
  say(message: WorkerRequest, millis = 0): CoordinatorReply | undefined {
    const callId = ++this.#callId;
    const caller = message.kind === "register" ? message.address.workerId : message.workerId;
    this.#callers.set(callId, caller);
    this.step({ kind: "request", callId, message }, millis);
    return this.#answers.get(callId);
  }

  join(workerId: string, machineId = "m1"): void {
    const address = { workerId, hostname: "", port: 1, machineId, folder: `/${workerId}` };
    this.say({ kind: "register", address, app: APP, log: "" });
  }

  ask(workerId: string, millis = 0): CoordinatorReply | undefined {
    return this.say({ kind: "askForWork", workerId, jobId: "1" }, millis);
  }

  mapDone(workerId: string, attempt: number, millis = 0): CoordinatorReply | undefined {
    const result = { partitionBytes: [5], path: `m-${attempt}`, counters: {} };
    return this.say({ kind: "mapDone", workerId, jobId: "1", task: 0, attempt, result }, millis);
  }

  reduceDone(workerId: string, attempt: number, millis = 0): CoordinatorReply | undefined {
    const outputFile = `mr-part-0-${attempt}-${workerId}`;
    const result = { outputFile, bytes: 5, records: 1, counters: {} };
    return this.say({ kind: "reduceDone", workerId, jobId: "1", task: 0, attempt, result }, millis);
  }

  /** A worker is at work, or so it says. */
  beat(workerId: string, kind: TaskKind, active: boolean, millis = 0): void {
    const record: RecordRange | undefined = undefined;
    const running = { kind, task: 0, attempt: 1 };
    const message = { kind: "heartbeat", workerId, jobId: "1", running, active } as const;
    this.say({ ...message, fraction: 0, status: "", record }, millis);
  }
}
