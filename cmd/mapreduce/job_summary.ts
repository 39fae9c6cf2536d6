/** What is printed of a job when it is over. */

import type { JobStatus, PhaseStatus } from "../../core/mapreduce/coordinator_status.ts";
import { grouped, tableText } from "../test_runner/table.ts";

/** The tables of a job that is done; `out` is where its results are. */
export function jobSummary(status: JobStatus, out: string): string {
  return `${headline(status)}\n\n${phaseTable(status)}\n${figureTable(status, out)}`;
}

function headline({ app, elapsed, workers }: JobStatus): string {
  const used = workers.filter(({ attemptsDone }) => attemptsDone > 0).length;
  return `${app}: done in ${seconds(elapsed)}, by ${used} worker${used === 1 ? "" : "s"}`;
}

function phaseTable({ map, reduce }: JobStatus): string {
  const heading = ["", "tasks", "attempts", "backups", "failed", "lost"];
  const rows = [heading, phaseRow("map", map), phaseRow("reduce", reduce)];
  return tableText(rows, ["left", "right", "right", "right", "right", "right"]);
}

function phaseRow(name: string, phase: PhaseStatus): string[] {
  const { tasks, attempts, backups, failed, lost } = phase;
  return [name, ...[tasks, attempts, backups, failed, lost].map(grouped)];
}

function figureTable(status: JobStatus, out: string): string {
  const { inputBytes, intermediateBytes, outputBytes, outputRecords, elapsed, slowest } = status;
  const rate = inputBytes / 1e6 / Math.max(0.001, elapsed / 1000);
  const rows = [
    ["input", `${grouped(inputBytes)} bytes, ${rate.toFixed(1)} MB/s`],
    ["intermediate", `${grouped(intermediateBytes)} bytes`],
    ["output", `${grouped(outputBytes)} bytes, ${grouped(outputRecords)} lines, in ${out}`],
    [
      "wasted work",
      `${grouped(status.wastedAttempts)} attempts, ${seconds(status.wastedTime)}`,
    ],
  ];
  if (slowest !== undefined) {
    const { kind, task, attempt, duration, workerId } = slowest;
    const which = `${kind} task ${task}, attempt ${attempt}`;
    rows.push(["slowest task", `${which}: ${seconds(duration)} on ${workerId}`]);
  }
  for (const [name, total] of Object.entries(status.counters)) rows.push([name, grouped(total)]);
  return tableText(rows, ["left", "left"]);
}

function seconds(millis: number): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
