/** The work of a worker process: one test, run once; and once more if it failed, with its trace on. */

import { noTrace, type Trace } from "../../core/base/ports.ts";
import type { Simulation } from "../../core/sim/simulation.ts";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import { type Outcome, runLabTest } from "../../tests/labs/run_lab_test.ts";
import { writeWholeFile } from "./files.ts";
import type { DoneMessage, Task } from "./protocol.ts";
import { TraceLines } from "./trace_lines.ts";

/** What {@linkcode runTask} needs besides the task. */
export interface TaskSurroundings {
  /** Where the tests are found by name. */
  readonly tests: readonly LabTest[];
  /** The wall clock, in milliseconds. */
  readonly now: () => number;
  /** Is told of a failure before the second run begins. */
  readonly onFailing: (outcome: Outcome) => void;
}

/**
 * Runs the test of a task.
 *
 * @throws {RangeError} If there is no such test.
 */
export async function runTask(task: Task, surroundings: TaskSurroundings): Promise<DoneMessage> {
  const { tests, now, onFailing } = surroundings;
  const test = tests.find(({ lab, name }) => lab === task.lab && name === task.test);
  if (test === undefined) throw new RangeError(`There is no test ${task.test} in lab ${task.lab}`);
  const seed = BigInt(task.seed);
  if (task.recordEvents) {
    const { outcome, simulation } = await observedRun(test, seed, now, noTrace, true);
    return { type: "done", id: task.id, outcome, events: simulation?.eventLog ?? [] };
  }
  const outcome = await runLabTest(test, seed, { now });
  if (outcome.verdict === "pass" || outcome.verdict === "unknown") {
    return { type: "done", id: task.id, outcome };
  }
  if (test.realWorld !== undefined) return { type: "done", id: task.id, outcome };
  onFailing(outcome);
  return await runAgain(task, test, outcome, now);
}

/** Runs a failed test with the same seed and its trace on, and says whether the same came out. */
async function runAgain(
  task: Task,
  test: LabTest,
  first: Outcome,
  now: () => number,
): Promise<DoneMessage> {
  const trace = task.traceFile === undefined ? noTrace : new TraceLines();
  const second = await observedRun(test, BigInt(task.seed), now, trace, false);
  const done: DoneMessage = {
    type: "done",
    id: task.id,
    outcome: { ...first, repeated: sameOutcome(first, second.outcome) },
  };
  if (!(trace instanceof TraceLines)) return done;
  const header = {
    lab: test.lab,
    test: test.name,
    seed: task.seed,
    verdict: second.outcome.verdict,
    reason: second.outcome.reason,
    repeated: done.outcome.repeated,
    hash: second.outcome.hash,
    events: second.outcome.events,
    choices: second.simulation?.choices.length,
  };
  try {
    writeWholeFile(task.traceFile!, trace.file(header));
    return { ...done, traceFile: task.traceFile! };
  } catch (error) {
    return { ...done, traceError: error instanceof Error ? error.message : String(error) };
  }
}

/** Says whether two runs had the same events and came to the same end. */
export function sameOutcome(a: Outcome, b: Outcome): boolean {
  return a.hash === b.hash && a.verdict === b.verdict && a.reason === b.reason;
}

/** Runs a test and hands over its simulation too, with what that recorded. */
async function observedRun(
  test: LabTest,
  seed: bigint,
  now: () => number,
  trace: Trace,
  recordEvents: boolean,
): Promise<{ readonly outcome: Outcome; readonly simulation: Simulation | undefined }> {
  let simulation: Simulation | undefined;
  const onSimulation = (made: Simulation) => {
    simulation = made;
  };
  const options = { now, trace, recordEvents, recordChoices: !recordEvents, onSimulation };
  const outcome = await runLabTest(test, seed, options);
  return { outcome, simulation };
}
