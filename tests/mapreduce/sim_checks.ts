/** What must hold while a simulated job runs, seen at every step of its coordinator. */

import { invariant } from "../../core/base/errors.ts";
import type { CoordinatorInput, CoordinatorOutput } from "../../core/mapreduce/coordinator_io.ts";
import { checkCoordinator } from "../../core/mapreduce/coordinator_invariants.ts";
import type { CoordinatorObserver } from "../../core/mapreduce/coordinator_node.ts";
import type { CoordinatorState } from "../../core/mapreduce/coordinator_state.ts";
import type { Attempt } from "../../core/mapreduce/coordinator_tasks.ts";
import { type JobStatus, statusOf } from "../../core/mapreduce/coordinator_status.ts";
import type { JournalRecord } from "../../core/mapreduce/journal_records.ts";
import type { AttemptId } from "../../core/mapreduce/messages.ts";

/** Watches one life of a coordinator. */
export class JobChecks implements CoordinatorObserver {
  readonly #fail: (error: unknown) => void;
  readonly #onFinished: (status: JobStatus) => void;
  readonly #completed = new Set<number>();
  /** The attempts whose handing out, or whose result, is in the journal: `map/3/1 started`. */
  readonly #journaled = new Set<string>();
  /** By reduce task: the attempt that is being committed, or is. */
  readonly #ordered = new Map<number, number>();
  #isFirst = true;

  /** `fail` is told what does not hold: it must end the run. */
  constructor(fail: (error: unknown) => void, onFinished: (status: JobStatus) => void) {
    this.#fail = fail;
    this.#onFinished = onFinished;
  }

  onStep(state: CoordinatorState, input: CoordinatorInput, output: CoordinatorOutput): void {
    try {
      checkCoordinator(state);
      this.#checkJournaled(state, input, output);
      this.#checkOrders(input, output);
      for (const record of output.journal) {
        if (record.kind === "started") checkStarted(state, record);
        if (record.kind === "committed") this.#completed.add(record.task);
      }
      for (const task of this.#completed) {
        invariant(
          state.reduces[task]!.state === "completed",
          "CommittedIsFinal",
          () => `reduce task ${task} was committed, and is ${state.reduces[task]!.state}`,
        );
      }
      if (state.finished) this.#onFinished(statusOf(state));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** What a worker is told, a master that starts again must know. */
  #checkJournaled(
    state: CoordinatorState,
    input: CoordinatorInput,
    { journal, answers, commits }: CoordinatorOutput,
  ): void {
    if (this.#isFirst) this.#addRecovered(state);
    this.#isFirst = false;
    for (const record of journal) {
      if (record.kind === "started") this.#journaled.add(`${nameOf(record.id)} started`);
      if (record.kind === "mapDone" || record.kind === "reduceDone") {
        const kind = record.kind === "mapDone" ? "map" : "reduce";
        this.#journaled.add(`${nameOf({ ...record, kind })} done`);
      }
    }
    for (const { message } of answers) {
      if (message.kind === "assigned") this.#checkWritten(message.assignment, "started");
    }
    for (const { task, attempt } of commits) {
      this.#checkWritten({ kind: "reduce", task, attempt }, "done");
    }
    const report = input.kind === "request" ? input.message : undefined;
    if (report?.kind !== "mapDone" && report?.kind !== "reduceDone") return;
    const kind = report.kind === "mapDone" ? "map" : "reduce";
    for (const { message } of answers) {
      if (message.kind !== "reported" || !message.accepted) continue;
      this.#checkWritten({ kind, task: report.task, attempt: report.attempt }, "done");
    }
  }

  #addRecovered({ maps, reduces }: CoordinatorState): void {
    for (const { attempts, winner } of [...maps, ...reduces]) {
      for (const { id } of attempts) this.#journaled.add(`${nameOf(id)} started`);
      if (winner !== undefined) this.#journaled.add(`${nameOf(winner.id)} done`);
    }
  }

  #checkWritten(id: AttemptId, what: "started" | "done"): void {
    invariant(
      this.#journaled.has(`${nameOf(id)} ${what}`),
      "JournaledBeforeTold",
      () => `a worker relies on it that ${nameOf(id)} is ${what}, and the journal does not say so`,
    );
  }

  /** No two attempts of a reduce task are given its final name. */
  #checkOrders(input: CoordinatorInput, { commits }: CoordinatorOutput): void {
    if (input.kind === "commitFailed") this.#ordered.delete(input.order.task);
    for (const { task, attempt } of commits) {
      const other = this.#ordered.get(task);
      invariant(
        other === undefined,
        "OneAttemptIsCommitted",
        () => `attempt ${attempt} of reduce task ${task} is committed, and attempt ${other} is too`,
      );
      this.#ordered.set(task, attempt);
    }
  }
}

/** Names an attempt. */
function nameOf({ kind, task, attempt }: AttemptId): string {
  return `attempt ${attempt} of ${kind} task ${task}`;
}

/** Whether an attempt ran when this step began: its worker may have asked for something else behind the backup's. */
function hasJustEnded({ now }: CoordinatorState, attempt: Attempt): boolean {
  const { state, isRecovered, endedAt } = attempt;
  return state === "givenUp" && isRecovered && endedAt === now;
}

/** A task is handed out if nobody has it, or as a backup when it is old enough; reduces come after all maps. */
function checkStarted(
  state: CoordinatorState,
  { id, backup }: Extract<JournalRecord, { readonly kind: "started" }>,
): void {
  const task = state.taskOf(id)!;
  const name = () => nameOf(id);
  const open = state.maps.find((map) => map.state !== "completed");
  invariant(
    id.kind === "map" || open === undefined,
    "ReducesComeAfterMaps",
    () => `${name()} is handed out while map task ${open?.number} is ${open?.state}`,
  );
  const started = task.attempts[id.attempt - 1]!;
  if (started.state !== "running") return;
  const running = task.attempts.filter((each) => each !== started && each.state === "running");
  const ended = task.attempts.filter((each) => hasJustEnded(state, each)).slice(0, 1);
  const others = backup && running.length === 0 ? ended : running;
  invariant(
    others.length === (backup ? 1 : 0),
    "HandedOutOnce",
    () =>
      `${name()} is handed out, ${
        backup ? "as a backup" : "not as a backup"
      }, and the attempts are ` +
      task.attempts.map((each) => `${each.state} on ${each.worker.id}`).join(", "),
  );
  if (!backup) return;
  const first = others[0]!;
  const { backupAfter } = state.job.options;
  invariant(
    backupAfter !== undefined && state.now - first.startedAt >= backupAfter &&
      first.worker !== started.worker,
    "BackupsComeLate",
    () => `${name()} came ${state.now - first.startedAt} ms after the first`,
  );
}
