/** A whole run of `dist824 test`: workers, report, summary and files, and the exit code. */

import { buildInfo } from "../../core/host/build_info.ts";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { Verdict } from "../../tests/labs/run_lab_test.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { writeWholeText } from "./files.ts";
import { jsonReport } from "./json_report.ts";
import { junitXml } from "./junit.ts";
import { startLine, totalLines } from "./lines.ts";
import { Pool } from "./pool.ts";
import { ProgressBar } from "./progress.ts";
import { Reporter } from "./reporter.ts";
import { runUnit, type UnitResult } from "./run_unit.ts";
import { type Ending, isFailure, runUnits } from "./run_units.ts";
import { labsOf } from "./selection.ts";
import { summaryText } from "./summary.ts";
import { Tally } from "./tally.ts";
import type { StartWorker } from "./worker_process.ts";

/** What is to be run, and where the results go. All paths were found to be writable. */
export interface TestRun {
  readonly tests: readonly LabTest[];
  readonly runs: number;
  readonly seed: bigint;
  readonly jobs: number;
  readonly failFast: boolean;
  readonly checkDeterminism: boolean;
  /** A worker that is silent for so long over one test is ended. */
  readonly silenceMsMax: number;
  /** A file, or `-` for standard output; the report goes to standard error then. */
  readonly json: string | undefined;
  readonly junit: string | undefined;
  readonly traceDir: string | undefined;
  readonly startWorker: StartWorker;
}

/** What is known at the end of a run. */
export interface RunResult {
  readonly ending: Ending;
  readonly tally: Tally;
  readonly wallMs: number;
}

/** Runs the tests, reports, and returns the exit code. */
export async function runTests(run: TestRun, env: CommandEnv): Promise<number> {
  const output = run.json === "-" ? env.stderr : env.stdout;
  const kept: UnitResult[] = [];
  output.write(startLine(labsOf(run.tests), run.runs, run.seed));
  const { ending, tally, wallMs } = await execute(run, env, output, kept);
  if (ending === "interrupted") {
    output.write(`Interrupted: ${tally.iterationCount} of ${run.runs} iterations are known.\n`);
  }
  output.write(totalLines(tally.iterationCount, tally.iterations.pass, wallMs));
  output.write(summaryText({ tally, seed: run.seed, wallMs }));
  if (run.junit !== undefined) writeWholeText(run.junit, junitXml(kept));
  if (run.json !== undefined) writeJson(run, run.json, { ending, tally, wallMs }, env);
  return ending === "interrupted" ? EXIT.interrupted : exitCodeOf(tally.verdict);
}

/** Runs all units on a pool of workers, and prints while they run. Results go into `kept` if somebody wants them. */
async function execute(
  run: TestRun,
  env: CommandEnv,
  output: CommandEnv["stdout"],
  kept: UnitResult[],
): Promise<RunResult> {
  const begun = env.now();
  const tally = new Tally(run.tests);
  const total = run.runs * run.tests.length;
  const jobs = Math.min(run.jobs, total * (run.checkDeterminism ? 2 : 1));
  const pool = new Pool({ slots: jobs, start: run.startWorker, silenceMsMax: run.silenceMsMax });
  const { stderr } = env;
  const bar = new ProgressBar({
    write: stderr.isTerminal ? (text) => stderr.write(text) : undefined,
    columns: () => stderr.columns,
    now: env.now,
  });
  const reporter = new Reporter(run.tests, (text) => {
    if (output.isTerminal) bar.clear();
    output.write(text);
  });
  const counts = { done: 0, passed: 0, notPassed: 0 };
  const drawBar = () => bar.draw({ ...counts, total, elapsedMs: env.now() - begun });
  try {
    drawBar();
    const ending = await runUnits({
      plan: run,
      // Two on each worker, and one here for the first that is free.
      inFlightMax: jobs * 3,
      runOne: (unit) => runUnit(unit, run, (task, notOn) => pool.run(task, notOn)),
      failFast: run.failFast,
      interrupted: env.interrupted,
      onResult: (result) => {
        counts.done++;
        if (result.outcome.verdict === "pass") counts.passed++;
        else if (isFailure(result)) counts.notPassed++;
        drawBar();
      },
      onReport: (result) => {
        tally.add(result);
        reporter.report(result);
        if (run.junit !== undefined) kept.push(result);
      },
    });
    reporter.finish();
    return { ending, tally, wallMs: env.now() - begun };
  } finally {
    bar.clear();
    await pool.close();
  }
}

function writeJson(run: TestRun, target: string, result: RunResult, env: CommandEnv): void {
  const { version, commit } = buildInfo();
  const { runs, jobs, seed } = run;
  const text = jsonReport({
    version,
    commit,
    labs: labsOf(run.tests),
    seed,
    runs,
    jobs,
    ...result,
  });
  if (target === "-") env.stdout.write(text);
  else writeWholeText(target, text);
}

function exitCodeOf(verdict: Verdict): number {
  if (verdict === "pass") return EXIT.good;
  return verdict === "unknown" ? EXIT.unknown : EXIT.failed;
}
