/**
 * The lines of a run, as the course's own runner and its test program print them: students know them, and
 * scripts that read the one read the other. Every function returns whole lines, each with its end.
 */

import type { Measured } from "../../tests/labs/lab_test.ts";
import type { Verdict } from "../../tests/labs/run_lab_test.ts";

/** The first line of a run. */
export function startLine(labs: readonly string[], runs: number, seed: bigint): string {
  return `Start running ${labs.join(" ")} tests ${runs} times, seed ${seed}...\n`;
}

/** The line that opens an iteration, counted from 1. */
export function iterationLine(iteration: number): string {
  return `starting iteration ${iteration}:\n`;
}

/** The line that opens a test. Some titles of the course bring their dots with them. */
export function titleLine(title: string): string {
  return title.endsWith("...") ? `${title}\n` : `${title} ...\n`;
}

/** A line for what a test found odd although it passed. */
export function warningLine(warning: string): string {
  return `  warning: ${warning}\n`;
}

/**
 * The numbers of a test that passed, in the columns of its lab: `  ... Passed --  %4.1f  %d %4d %7d %4d` for time,
 * peers, RPCs, bytes and commits, and `%4.1f  %d %5d %4d` for time, peers, RPCs and operations. Where the course prints
 * no numbers, there are none.
 */
export function passedLine({ seconds, peers, rpcs, bytes, commits, ops }: Measured): string {
  const begun = `  ... Passed --  ${padded(seconds.toFixed(1), 4)}  ${peers}`;
  if (ops !== undefined) return `${begun} ${padded(rpcs, 5)} ${padded(ops, 4)}\n`;
  if (bytes === undefined || commits === undefined) return "  ... Passed\n";
  return `${begun} ${padded(rpcs, 4)} ${padded(bytes, 7)} ${padded(commits, 4)}\n`;
}

function padded(value: number | string, width: number): string {
  return String(value).padStart(width);
}

const wordOf: Readonly<Record<Verdict, string>> = {
  pass: "PASS",
  fail: "FAIL",
  unknown: "UNKNOWN",
  error: "ERROR",
};

/** The lines of a test that did not pass: its name, its virtual seconds, and indented what there is to say. */
export function notPassedLines(
  verdict: Verdict,
  name: string,
  seconds: number,
  details: readonly string[],
): string {
  const indented = details.flatMap((detail) => detail.split("\n")).map((line) => `    ${line}\n`);
  return `--- ${wordOf[verdict]}: ${name} (${seconds.toFixed(2)}s)\n${indented.join("")}`;
}

/** The lines that close an iteration: its verdict, and its virtual seconds beside the labs it ran. */
export function iterationEndLines(
  verdict: Verdict,
  labs: readonly string[],
  seconds: number,
): string {
  const what = `dist824/${labs.join(",")}\t${seconds.toFixed(3)}s`;
  if (verdict === "pass") return `PASS\nok  \t${what}\n\n`;
  if (verdict === "unknown") return `UNKNOWN\n?   \t${what}\n\n`;
  return `FAIL\nexit status 1\nFAIL\t${what}\n\n`;
}

/** The two lines that the course's runner ends with. The seconds are those of the wall clock. */
export function totalLines(iterations: number, passed: number, wallMs: number): string {
  return `Running the test a total of ${iterations} times, with ${passed} times passed.\n` +
    `Total time spent: ${(wallMs / 1000).toFixed(1)} seconds.\n`;
}

/** The worst of several verdicts; of none, a pass. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  const order: readonly Verdict[] = ["pass", "unknown", "error", "fail"];
  let worst = 0;
  for (const verdict of verdicts) worst = Math.max(worst, order.indexOf(verdict));
  return order[worst]!;
}
