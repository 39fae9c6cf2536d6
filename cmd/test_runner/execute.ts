/** Runs tests on a pool of worker processes and counts what comes out; what is shown of it is up to others. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { CommandEnv } from "../command.ts";
import { Pool } from "./pool.ts";
import { runUnit, type UnitResult } from "./run_unit.ts";
import { type Ending, runUnits } from "./run_units.ts";
import { Tally } from "./tally.ts";
import type { StartWorker } from "./worker_process.ts";

/** What a test in the real world may take to clean up. */
const END_MS_MAX = 15_000;

/** What is to be run, and how. */
export interface Execution {
  readonly tests: readonly LabTest[];
  readonly runs: number;
  readonly seed: bigint;
  readonly jobs: number;
  readonly failFast: boolean;
  readonly checkDeterminism: boolean;
  /** A worker that is silent for so long over one test is ended; tests in the real world may need longer. */
  readonly silenceMsMax: number;
  /** Where the traces of failures go; they are not traced without. */
  readonly traceDir: string | undefined;
  readonly startWorker: StartWorker;
}

/** Who wants to know of results while the run goes on. */
export interface ExecutionHooks {
  /** Is told of every result at once. */
  readonly onResult?: (result: UnitResult) => void;
  /** Is told of every result that counts, in the order of the run. */
  readonly onReport?: (result: UnitResult) => void;
}

/** What is known at the end. */
export interface ExecutionResult {
  readonly ending: Ending;
  readonly tally: Tally;
  readonly wallMs: number;
}

/**
 * Runs the tests. When it returns or rejects, all workers are gone.
 *
 * @throws {FailedError} If no worker can be started.
 */
export async function execute(
  execution: Execution,
  env: Pick<CommandEnv, "now" | "interrupted">,
  hooks: ExecutionHooks = {},
): Promise<ExecutionResult> {
  const { tests, runs, jobs, startWorker, silenceMsMax } = execution;
  const begun = env.now();
  const tally = new Tally(tests);
  const tasks = runs * tests.length * (execution.checkDeterminism ? 2 : 1);
  const pool = new Pool({
    slots: Math.min(jobs, tasks),
    start: startWorker,
    silenceMsMax: Math.max(silenceMsMax, ...tests.map(wallMsMax)),
  });
  try {
    const ending = await runUnits({
      plan: execution,
      // Two on each worker, and one here for the first that is free.
      inFlightMax: pool.slots * 3,
      runOne: (unit) => runUnit(unit, execution, (task, notOn) => pool.run(task, notOn)),
      failFast: execution.failFast,
      interrupted: env.interrupted,
      onResult: (result) => hooks.onResult?.(result),
      onReport: (result) => {
        tally.add(result);
        hooks.onReport?.(result);
      },
    });
    return { ending, tally, wallMs: env.now() - begun };
  } finally {
    await pool.close();
  }
}

/** A test in the real world has a limit of its own. It is ended from outside only if it does not end itself then. */
function wallMsMax({ realWorld }: LabTest): number {
  return realWorld === undefined ? 0 : realWorld.wallSecondsMax * 1000 + END_MS_MAX;
}
