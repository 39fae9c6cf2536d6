/** What goes wrong in MapReduce (lab 1): which attempts count, and what survives those who made it. */

import type { CoordinatorInput, CoordinatorOutput } from "../../core/mapreduce/coordinator_io.ts";
import { completeMap } from "../../core/mapreduce/coordinator_map_output.ts";
import type { CoordinatorState } from "../../core/mapreduce/coordinator_state.ts";
import type { Task } from "../../core/mapreduce/coordinator_tasks.ts";
import type { WorkerAddress } from "../../core/mapreduce/job.ts";
import type { JournalRecord } from "../../core/mapreduce/journal_records.ts";
import type { LocalFiles } from "../../core/mapreduce/local_files.ts";
import type {
  CoordinatorReply,
  MapDone,
  MapResult,
  ReduceDone,
} from "../../core/mapreduce/messages.ts";
import type { Mistake } from "./mistake.ts";

/** Mistakes of masters and workers. */
export const MAPREDUCE_MISTAKES: readonly Mistake[] = [
  {
    name: "reduces-begin-early",
    does: "Reduce tasks are handed out when all map tasks are handed out.",
    breaks: "no reduce task before the last map task is finished (MapReduce §3.1; lab 1, §15)",
    labs: ["1"],
    master: (state) => beginsEarly(state),
  },
  {
    name: "lost-map-output-counts",
    does: "A map task stays completed when its worker dies and takes the output with it.",
    breaks: "completed map tasks of a failed worker are executed again (MapReduce §3.3)",
    labs: ["1"],
    master(state) {
      const release = state.releaseTask.bind(state);
      const keep = (task: Task) => {
        const lost = task.attempts.find((attempt) => attempt.state === "lost");
        if (task.kind === "reduce" || task.winner !== undefined || lost === undefined) {
          release(task);
        } else completeMap(state, task, lost, task.accepted!);
      };
      Object.defineProperty(state, "releaseTask", { value: keep });
      return {};
    },
  },
  {
    name: "silent-attempts-are-awaited",
    does: "The task of a worker that has died or hangs is never given to another.",
    breaks: "a worker that does not answer is marked as failed (MapReduce §3.3; lab 1, 10 s)",
    labs: ["1"],
    master: (state) => ({
      before(input) {
        for (const worker of state.workers.values()) {
          worker.seenAt = state.now;
          if (worker.running !== undefined) worker.running.activeAt = state.now;
        }
        return input.kind === "workerDied" ? undefined : input;
      },
    }),
  },
  {
    name: "late-reports-count-again",
    does: "Finished maps are counted by reports: a task that two attempts finish counts twice.",
    breaks: "the report of a completed task is ignored (MapReduce §3.3; lab 1, §15 rule 4)",
    labs: ["1"],
    master: (state) => ({
      before(input) {
        const report = reportOf(input, "mapDone");
        if (report !== undefined && state.maps[report.task]?.winner !== undefined) {
          state.mapsCompleted++;
        }
        return input;
      },
    }),
  },
  {
    name: "both-map-attempts-count",
    does: "Reduce tasks read the outputs of all attempts that finished a map task.",
    breaks: "of two attempts of a map task one counts (MapReduce §3.3; lab 1, §13)",
    labs: ["1"],
    master: (state) => readsAllOutputs(state),
  },
  {
    name: "both-reduce-attempts-are-committed",
    does: "The output of every attempt that finishes a reduce task gets the final name.",
    breaks: "the final output is that of one execution of the task (MapReduce §3.3)",
    labs: ["1"],
    master: (state) => ({
      after(input, output) {
        const report = refused(input, output, "reduceDone");
        const worker = report && state.workers.get(report.workerId)?.address;
        if (report === undefined || worker === undefined) return output;
        const { task, attempt, result } = report;
        return accepting(input, {
          ...output,
          commits: [...output.commits, { task, attempt, worker, result }],
        });
      },
    }),
  },
  {
    name: "output-under-its-final-name",
    does: "Reduce tasks write their output under its final name from the beginning.",
    breaks: "output is written to a temporary file, and renamed at the end (MapReduce §3.3)",
    labs: ["1"],
    files: (files) => renamed(files, (path) => path.replace(/mr-part-(\d+)-[^/]*$/, "mr-out-$1")),
  },
  {
    name: "attempts-share-a-temporary-file",
    does:
      "All attempts of a reduce task write to one file: what is renamed may be half of another.",
    breaks: "each task in progress writes to private temporary files (MapReduce §3.3)",
    labs: ["1"],
    files: (files) => renamed(files, (path) => path.replace(/(mr-part-\d+)-[^/]*$/, "$1")),
  },
  {
    name: "done-before-the-outputs-are",
    does:
      "The job is over when the last reduce task is reported, not when its output has its name.",
    breaks: "the job is done when all outputs are in place (MapReduce §3.1; lab 1, §15 rule 3)",
    labs: ["1"],
    master: (state) => ({
      after(_, output) {
        const areReported = state.reduces.every(({ winner }) => winner !== undefined);
        if (state.finishAsked || state.isOver || !areReported) return output;
        state.finishAsked = true;
        return { ...output, finish: true };
      },
    }),
  },
  {
    name: "idle-workers-are-sent-home",
    does: "A worker that asks while there is nothing to do is told that the job is over.",
    breaks: "nothing to hand out is not the end (lab 1, §15 rule 2)",
    labs: ["1"],
    master: () => ({
      after: (_, output) =>
        withAnswers(
          output,
          (message) => message.kind === "wait" ? { kind: "exit", failure: undefined } : message,
        ),
    }),
  },
  {
    name: "journal-lags-behind",
    does: "The master acts at once, and writes to its journal with the next thing that happens.",
    breaks: "what a worker relies on survives the master (MapReduce §3.3, Master Failure)",
    labs: ["1"],
    master() {
      let held: readonly JournalRecord[] = [];
      return {
        after(_, output) {
          const journal = held;
          held = output.journal;
          return { ...output, journal };
        },
      };
    },
  },
];

type Report = MapDone | ReduceDone;

function reportOf<Kind extends Report["kind"]>(
  input: CoordinatorInput,
  kind: Kind,
): Extract<Report, { kind: Kind }> | undefined {
  const message = input.kind === "request" ? input.message : undefined;
  return message?.kind === kind ? message as Extract<Report, { kind: Kind }> : undefined;
}

/** The report, if the master has said that it does not count. */
function refused<Kind extends Report["kind"]>(
  input: CoordinatorInput,
  { answers }: CoordinatorOutput,
  kind: Kind,
): Extract<Report, { kind: Kind }> | undefined {
  const isRefused = answers.some(({ callId, message }) =>
    input.kind === "request" && callId === input.callId && message.kind === "reported" &&
    !message.accepted
  );
  return isRefused ? reportOf(input, kind) : undefined;
}

/** The same output, but whoever has just reported is told that it counts. */
function accepting(input: CoordinatorInput, output: CoordinatorOutput): CoordinatorOutput {
  return withAnswers(
    output,
    (message, callId) =>
      input.kind === "request" && callId === input.callId
        ? { kind: "reported", accepted: true }
        : message,
  );
}

function withAnswers(
  output: CoordinatorOutput,
  change: (message: CoordinatorReply, callId: number) => CoordinatorReply,
): CoordinatorOutput {
  const answers = output.answers.map(({ callId, message }) => ({
    callId,
    message: change(message, callId),
  }));
  return { ...output, answers };
}

/** For as long as a step takes, a map task that is under way has an output without pairs. */
function beginsEarly(state: CoordinatorState): ReturnType<NonNullable<Mistake["master"]>> {
  const partitionBytes = state.reduces.map(() => 0);
  const nothing: MapResult = { partitionBytes, path: "", counters: {} };
  Object.defineProperty(state, "allMapsCompleted", {
    get() {
      if (state.maps.length === 0 || state.idleMaps.size > 0) {
        return state.app !== undefined && state.maps.length === 0;
      }
      for (const task of state.maps) task.result ??= nothing;
      return true;
    },
  });
  return {
    after(_, output) {
      for (const task of state.maps) if (task.result === nothing) task.result = undefined;
      return output;
    },
  };
}

/** Remembers the outputs that do not count, and has them read with those that do. */
function readsAllOutputs(state: CoordinatorState): ReturnType<NonNullable<Mistake["master"]>> {
  const others: { report: MapDone; worker: WorkerAddress }[] = [];
  return {
    after(input, output) {
      const report = refused(input, output, "mapDone");
      const worker = report && state.workers.get(report.workerId)?.address;
      if (report !== undefined && worker !== undefined) {
        others.push({ report, worker });
        return accepting(input, output);
      }
      return withAnswers(output, (message) => {
        if (message.kind !== "assigned" || message.assignment.kind !== "reduce") return message;
        const { assignment } = message;
        const more = others.map(({ report: { task, attempt, result }, worker }) => ({
          mapTask: task,
          attempt,
          worker,
          path: result.path,
          bytes: result.partitionBytes[assignment.task]!,
        })).filter(({ bytes }) => bytes > 0);
        const inputs = [...assignment.inputs, ...more];
        return { kind: "assigned", assignment: { ...assignment, inputs } };
      });
    },
  };
}

/** Files that have other names than they are given. */
function renamed(files: LocalFiles, nameOf: (path: string) => string): LocalFiles {
  return {
    size: (path) => files.size(nameOf(path)),
    read: (path, offset, length) => files.read(nameOf(path), offset, length),
    readNow: (path, offset, length) => files.readNow(nameOf(path), offset, length),
    create: (path) => files.create(nameOf(path)),
    rename: async (from, to) => {
      if (nameOf(from) !== nameOf(to)) await files.rename(nameOf(from), nameOf(to));
    },
    remove: (path) => files.remove(nameOf(path)),
    list: (folder) => files.list(folder),
  };
}
