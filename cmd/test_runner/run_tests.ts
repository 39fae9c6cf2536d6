/** A whole run of `dist824 test`: what is printed while it runs and at its end, the files, and the exit code. */

import { buildInfo } from "../../core/host/build_info.ts";
import type { LabTest } from "../../tests/labs/lab_test.ts";
import type { Verdict } from "../../tests/labs/run_lab_test.ts";
import { type CommandEnv, EXIT, type OutputStream } from "../command.ts";
import { execute, type Execution, type ExecutionResult } from "./execute.ts";
import { writeWholeText } from "./files.ts";
import { jsonReport } from "./json_report.ts";
import { junitXml } from "./junit.ts";
import { startLine, totalLines } from "./lines.ts";
import { ProgressBar } from "./progress.ts";
import { isRealByChoice, realWorldLines } from "./real_world.ts";
import { Reporter } from "./reporter.ts";
import type { UnitResult } from "./run_unit.ts";
import { isFailure } from "./run_units.ts";
import { labsOf } from "./selection.ts";
import { summaryText } from "./summary.ts";

/** What is to be run, and where the results go. All paths were found to be writable. */
export interface TestRun extends Execution {
  /** A file, or `-` for standard output; the report goes to standard error then. */
  readonly json: string | undefined;
  readonly junit: string | undefined;
  /** Tests that were asked for and cannot be played in the real world. */
  readonly leftOut: readonly LabTest[];
}

/** Runs the tests, reports, and returns the exit code. */
export async function runTests(run: TestRun, env: CommandEnv): Promise<number> {
  const output = run.json === "-" ? env.stderr : env.stdout;
  // Only JUnit wants every single result; a long run keeps no more than it must.
  const kept: UnitResult[] = [];
  const keep = run.junit === undefined ? () => {} : (result: UnitResult) => void kept.push(result);
  output.write(startLine(labsOf(run.tests), run.runs, run.seed));
  output.write(realWorldLines(run));
  if (run.checkDeterminism) output.write(notChecked(run.tests));
  const result = await executeVisibly(run, env, output, keep);
  const { ending, tally, wallMs } = result;
  if (ending === "interrupted") {
    output.write(`Interrupted: ${tally.iterationCount} of ${run.runs} iterations are known.\n`);
  }
  output.write(totalLines(tally.iterationCount, tally.iterations.pass, wallMs));
  output.write(summaryText({ tally, seed: run.seed, wallMs }));
  if (run.junit !== undefined) writeWholeText(run.junit, junitXml(kept));
  if (run.json !== undefined) writeJson(run, run.json, result, env);
  return ending === "interrupted" ? EXIT.interrupted : exitCodeOf(tally.verdict);
}

/** Runs the tests, prints their lines, and shows on a terminal how far it is. */
async function executeVisibly(
  run: TestRun,
  env: CommandEnv,
  output: OutputStream,
  keep: (result: UnitResult) => void,
): Promise<ExecutionResult> {
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
  const begun = env.now();
  const total = run.runs * run.tests.length;
  const counts = { done: 0, passed: 0, notPassed: 0 };
  const drawBar = () => bar.draw({ ...counts, total, elapsedMs: env.now() - begun });
  drawBar();
  try {
    const result = await execute(run, env, {
      onResult: (each) => {
        counts.done++;
        if (each.outcome.verdict === "pass") counts.passed++;
        else if (isFailure(each)) counts.notPassed++;
        drawBar();
      },
      onReport: (each) => {
        reporter.report(each);
        keep(each);
      },
    });
    reporter.finish();
    return result;
  } finally {
    bar.clear();
  }
}

function writeJson(run: TestRun, target: string, result: ExecutionResult, env: CommandEnv): void {
  const { version, commit } = buildInfo();
  const { runs, jobs, seed } = run;
  const text = jsonReport({
    version,
    commit,
    labs: labsOf(run.tests),
    seed,
    runs,
    real: run.tests.some(isRealByChoice),
    jobs,
    ...result,
  });
  if (target === "-") env.stdout.write(text);
  else writeWholeText(target, text);
}

/** A line about the tests that no seed can repeat, if there are any. */
function notChecked(tests: readonly LabTest[]): string {
  const labs = labsOf(tests.filter(({ realWorld }) => realWorld !== undefined));
  if (labs.length === 0) return "";
  return `Lab ${
    labs.join(", ")
  } plays with real processes: it is not deterministic, and run once.\n`;
}

function exitCodeOf(verdict: Verdict): number {
  if (verdict === "pass") return EXIT.good;
  return verdict === "unknown" ? EXIT.unknown : EXIT.failed;
}
