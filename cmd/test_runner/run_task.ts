/** The work of a worker process: one test, run once; and if it was simulated and failed, once more with its trace on. */

import { noTrace, type Trace } from "../../core/base/ports.ts";
import type { Simulation } from "../../core/sim/simulation.ts";
import { mistakeNamed, withMistake } from "../../tests/bugs/mod.ts";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import { type Outcome, runLabTest } from "../../tests/labs/run_lab_test.ts";
import { inRealWorld } from "../../tests/labs/real/in_real_world.ts";
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
  const found = tests.find(({ lab, name }) => lab === task.lab && name === task.test);
  if (found === undefined) throw new RangeError(`There is no test ${task.test} in lab ${task.lab}`);
  const test = testOf(task, found);
  const seed = BigInt(task.seed);
  if (task.recordEvents) {
    const { outcome, simulation } = await observedRun(test, seed, now, noTrace, true);
    return { type: "done", id: task.id, outcome, events: simulation?.eventLog ?? [] };
  }
  if (test.realWorld !== undefined) return await runOnce(task, test, now);
  const outcome = await runLabTest(test, seed, { now });
  if (!isFailure(outcome)) return { type: "done", id: task.id, outcome };
  onFailing(outcome);
  return await runAgain(task, test, outcome, now);
}

/** The test as the task wants it played. */
function testOf({ real, bug }: Task, found: LabTest): LabTest {
  const test = bug === undefined ? found : withMistake(found, mistakeNamed(bug));
  return real ? inRealWorld(test) : test;
}

function isFailure({ verdict }: Outcome): boolean {
  return verdict === "fail" || verdict === "error";
}

/** Runs a test that would not do the same again: its trace, if one is wanted, is on from the beginning. */
async function runOnce(task: Task, test: LabTest, now: () => number): Promise<DoneMessage> {
  const trace = traceFor(task);
  const outcome = await runLabTest(test, BigInt(task.seed), { now, trace });
  const done: DoneMessage = { type: "done", id: task.id, outcome };
  return isFailure(outcome) ? leaveTrace(task, done, trace, {}) : done;
}

/** Runs a failed test with the same seed and its trace on, and says whether the same came out. */
async function runAgain(
  task: Task,
  test: LabTest,
  first: Outcome,
  now: () => number,
): Promise<DoneMessage> {
  const trace = traceFor(task);
  const second = await observedRun(test, BigInt(task.seed), now, trace, false);
  const { verdict, reason, hash, events } = second.outcome;
  const repeated = sameOutcome(first, second.outcome);
  const done: DoneMessage = { type: "done", id: task.id, outcome: { ...first, repeated } };
  const choices = second.simulation?.choices.length;
  return leaveTrace(task, done, trace, { verdict, reason, repeated, hash, events, choices });
}

function traceFor(task: Task): Trace {
  return task.traceFile === undefined ? noTrace : new TraceLines();
}

/** Writes the trace of a failure, if there is one, and adds to the message what became of it. */
function leaveTrace(
  task: Task,
  done: DoneMessage,
  trace: Trace,
  facts: Readonly<Record<string, unknown>>,
): DoneMessage {
  if (!(trace instanceof TraceLines)) return done;
  const { lab, name, verdict, reason } = done.outcome;
  const { seed, bug } = task;
  const header = { lab, test: name, seed, bug, verdict, reason, ...facts };
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
