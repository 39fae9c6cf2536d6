/** One task while a worker executes it: its signs of life, its cancellation, and what there is to report at its end. */

import type { Clock, Timer } from "../base/ports.ts";
import { after, type Instant, type Millis, ms } from "../base/units.ts";
import {
  type Assignment,
  type AttemptFailed,
  type Heartbeat,
  type MapDone,
  type MapResult,
  type RecordRange,
  type ReduceDone,
  type ReduceResult,
  TaskFailure,
} from "./messages.ts";
import { encodeWorkerRequest } from "./messages_codec.ts";
import { type Sender, WorkerExit, type WorkerLink } from "./worker_link.ts";
import type { TaskControl, TaskRunner } from "./worker_loop.ts";

/** A cancelled task that does not end within this time is left to itself. */
const ABORT_GRACE: Millis = ms(5000);

/** A heartbeat that is not answered by the time of so many others is sent again. */
const HEARTBEATS_PER_CALL = 4;

const MESSAGE_LENGTH_MAX = 500;

/** How a task has ended. */
export type TaskEnd =
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly report: Omit<AttemptFailed, keyof Sender> }
  | {
    readonly kind: "done";
    readonly report: Omit<MapDone, keyof Sender> | Omit<ReduceDone, keyof Sender>;
  };

/** See the head of this file. */
export class RunningTask implements TaskControl {
  readonly #assignment: Assignment;
  readonly #clock: Clock;
  readonly #link: WorkerLink;
  readonly #controller = new AbortController();
  /** Resolves when a cancelled task has had its time to end. */
  readonly #abandoned = Promise.withResolvers<void>();
  #ended = false;
  #timer: Timer | undefined;
  #beatDue: Instant;
  #active = false;
  #fraction = 0;
  #status = "";
  #record: RecordRange | undefined;

  constructor(assignment: Assignment, clock: Clock, link: WorkerLink) {
    this.#assignment = assignment;
    this.#clock = clock;
    this.#link = link;
    this.#beatDue = clock.now();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs the task to its end, or until nobody wants it any more. */
  async run(runner: TaskRunner): Promise<TaskEnd> {
    this.#armHeartbeat();
    const ended = this.#runWith(runner);
    const end = await Promise.race([ended, this.#abandoned.promise.then(() => undefined)]);
    this.#ended = true;
    this.#timer?.cancel();
    return end ?? { kind: "cancelled" };
  }

  /** The result is not wanted any more. The task has so much time to end. */
  cancel(grace: Millis = ABORT_GRACE): void {
    if (this.signal.aborted || this.#ended) return;
    this.#controller.abort();
    this.#clock.sleep(grace).then(() => this.#abandoned.resolve());
  }

  progress(fraction: number, status?: string): void {
    this.#active = true;
    if (fraction >= 0) this.#fraction = Math.min(1, fraction);
    this.#status = status ?? this.#status;
  }

  async recordBegins(record: RecordRange): Promise<void> {
    this.#active = true;
    this.#record = record;
    const reply = await this.#link.call((from) => this.#heartbeat(from, true));
    if (reply.kind === "heartbeatReply" && reply.cancelled) this.cancel();
    this.signal.throwIfAborted();
  }

  async #runWith(runner: TaskRunner): Promise<TaskEnd> {
    try {
      const result = this.#assignment.kind === "map"
        ? await runner.runMap(this.#assignment, this)
        : await runner.runReduce(this.#assignment, this);
      if (!this.signal.aborted) return this.#reportOf(result);
      await runner.discard(result).catch(() => {});
      return { kind: "cancelled" };
    } catch (error) {
      return this.signal.aborted ? { kind: "cancelled" } : this.#failureOf(error);
    }
  }

  #reportOf(result: MapResult | ReduceResult): TaskEnd {
    const { task, attempt } = this.#assignment;
    const report = "partitionBytes" in result
      ? { kind: "mapDone", task, attempt, result } as const
      : { kind: "reduceDone", task, attempt, result } as const;
    // A result that cannot be encoded (a counter that is no number) is the attempt's failure, not the worker's.
    encodeWorkerRequest({ ...report, workerId: "", jobId: "" });
    return { kind: "done", report };
  }

  #failureOf(error: unknown): TaskEnd {
    const { kind, task, attempt } = this.#assignment;
    const details = error instanceof TaskFailure ? error : undefined;
    return {
      kind: "failed",
      report: {
        kind: "attemptFailed",
        id: { kind, task, attempt },
        message: messageOf(error),
        record: details?.record,
        lostInputs: details?.lostInputs ?? [],
      },
    };
  }

  #armHeartbeat(): void {
    const interval = this.#link.heartbeatInterval;
    this.#beatDue = after(this.#clock.now(), interval);
    this.#timer = this.#clock.after(interval, () => {
      this.#beat().catch(() => {});
    });
  }

  async #beat(): Promise<void> {
    // A timer that comes late means that the application did not let it through: it was busy.
    const late = this.#clock.now() > after(this.#beatDue, this.#link.heartbeatInterval);
    const active = this.#active || late;
    this.#active = false;
    try {
      // A lost heartbeat must not keep the next ones back for long.
      const deadline = ms(this.#link.heartbeatInterval * HEARTBEATS_PER_CALL);
      const reply = await this.#link.tryCall((from) => this.#heartbeat(from, active), deadline);
      if (reply === undefined) this.#active ||= active;
      if (reply?.kind === "heartbeatReply" && reply.cancelled) this.cancel();
    } catch (error) {
      if (!(error instanceof WorkerExit)) throw error;
      this.cancel();
    }
    if (!this.#ended) this.#armHeartbeat();
  }

  #heartbeat(from: Sender, active: boolean): Heartbeat {
    const { kind, task, attempt } = this.#assignment;
    return {
      kind: "heartbeat",
      ...from,
      running: { kind, task, attempt },
      active,
      fraction: this.#fraction,
      status: this.#status,
      record: this.#record,
    };
  }
}

/** One line that says what went wrong. */
function messageOf(error: unknown): string {
  let text = String(error);
  if (error instanceof TaskFailure) text = error.message;
  else if (error instanceof Error) text = `${error.name}: ${error.message}`;
  return text.split("\n", 1)[0]!.slice(0, MESSAGE_LENGTH_MAX);
}
