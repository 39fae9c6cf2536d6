/** One test of one iteration: from the tasks that it takes to the result that is reported. */

import { join } from "node:path";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { Outcome } from "../../tests/labs/run_lab_test.ts";
import type { Lost, PoolResult } from "./pool.ts";
import { sameOutcome } from "./run_task.ts";
import type { DoneMessage, Task } from "./protocol.ts";

/** One test of one iteration. */
export interface Unit {
  /** Its place in the order of the report, from 0. */
  readonly place: number;
  /** From 1. */
  readonly iteration: number;
  readonly iterationSeed: bigint;
  readonly test: LabTest;
}

/** What came out of a unit. */
export interface UnitResult {
  readonly unit: Unit;
  readonly outcome: Outcome;
  /** The trace of the failure. */
  readonly traceFile?: string;
  /** Why there is no trace although one was asked for. */
  readonly traceError?: string;
  /** Whether the reason is that two runs differed; a single run may well pass then. */
  readonly drifted?: true;
}

/** How units are run. */
export interface UnitOptions {
  readonly checkDeterminism: boolean;
  readonly traceDir: string | undefined;
}

/** Runs a task, as `Pool.run` does. */
export type RunPooled = (
  task: Omit<Task, "id">,
  notOn?: number,
) => Promise<PoolResult | undefined>;

/** Runs a unit. `undefined` if the run was given up before it was done. */
export async function runUnit(
  unit: Unit,
  options: UnitOptions,
  run: RunPooled,
): Promise<UnitResult | undefined> {
  const task = taskOf(unit, options, false);
  const first = await run(task);
  if (first === undefined) return undefined;
  const result = resultOf(unit, first);
  const checked = options.checkDeterminism && unit.test.realWorld === undefined;
  if (!checked || !("done" in first)) return result;
  const second = await run({ ...task, traceFile: undefined }, first.slot);
  if (second === undefined) return undefined;
  if (!("done" in second)) return resultOf(unit, second);
  if (sameOutcome(first.done.outcome, second.done.outcome)) return result;
  const difference = await findDifference(unit, options, run);
  if (difference === undefined) return undefined;
  const reason = [`not deterministic: ${difference}`, ...bothRuns(first.done, second.done)].join(
    "\n",
  );
  const { measured: _, ...outcome } = first.done.outcome;
  const drifted: Outcome = { ...outcome, verdict: "fail", reason, repeated: false };
  return { ...result, outcome: drifted, drifted: true };
}

/** What the two runs came to. */
function bothRuns(first: DoneMessage, second: DoneMessage): string[] {
  return [first, second].map(({ outcome }, index) => {
    const reason = outcome.reason === undefined ? "" : `: ${outcome.reason}`;
    return `run ${index + 1}: hash ${outcome.hash}, ${outcome.verdict}${reason}`;
  });
}

/** Runs a unit twice more with all events recorded, and says where the two part. */
async function findDifference(
  unit: Unit,
  options: UnitOptions,
  run: RunPooled,
): Promise<string | undefined> {
  const task = taskOf(unit, options, true);
  const first = await run(task);
  if (first === undefined) return undefined;
  const second = await run(task, first.slot);
  if (second === undefined) return undefined;
  if (!("done" in first) || !("done" in second)) {
    return "the runs that should find the difference were lost";
  }
  return firstDifference(first.done.events ?? [], second.done.events ?? []);
}

/** Names the first event that differs. */
export function firstDifference(a: readonly string[], b: readonly string[]): string {
  const end = "(the run ends)";
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    if (a[at] !== b[at]) {
      return `first differing event #${at + 1}: ${a[at] ?? end} / ${b[at] ?? end}`;
    }
  }
  return `two more runs had the same ${a.length} events`;
}

function taskOf(unit: Unit, options: UnitOptions, recordEvents: boolean): Omit<Task, "id"> {
  const { lab, name, realWorld, mistake } = unit.test;
  const seed = String(unit.iterationSeed);
  const traceFile = options.traceDir === undefined || recordEvents
    ? undefined
    : join(options.traceDir, `${name}-seed${seed}.jsonl`);
  const real = realWorld?.isByChoice ?? false;
  const bug = mistake && { bug: mistake.name };
  return { lab, test: name, seed, recordEvents, real, traceFile, ...bug };
}

function resultOf(unit: Unit, result: PoolResult): UnitResult {
  if (!("done" in result)) return { unit, outcome: lostOutcome(unit, result.lost) };
  const { outcome, traceFile, traceError } = result.done;
  return {
    unit,
    outcome,
    ...(traceFile === undefined ? {} : { traceFile }),
    ...(traceError === undefined ? {} : { traceError }),
  };
}

/** What is known of a test whose worker is gone: at best the failure that was being repeated. */
function lostOutcome(unit: Unit, lost: Lost): Outcome {
  if (lost.failing !== undefined) {
    const reason = `${lost.failing.reason}\nin the second run, the worker process ${lost.how}`;
    return { ...lost.failing, reason, repeated: false };
  }
  return {
    name: unit.test.name,
    lab: unit.test.lab,
    title: unit.test.title,
    seed: String(unit.iterationSeed),
    verdict: "error",
    reason: `the worker process ${lost.how}`,
    virtualSeconds: 0,
    wallMs: 0,
    events: 0,
    hash: "",
  };
}
