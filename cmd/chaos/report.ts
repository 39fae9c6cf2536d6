/** What came of a run: for people, and for programs. */

import { buildInfo } from "../../core/host/build_info.ts";
import type { OutputStream } from "../command.ts";
import { EXIT } from "../command.ts";
import { styled } from "../style.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import type { CampaignReport, PlayedRound } from "./campaign.ts";
import { FAULT_KINDS, type FaultKind } from "./faults.ts";

/** What is said of a run as a whole. */
export type ChaosVerdict = "ok" | "violation" | "unknown" | "interrupted";

/** The figures of one kind of fault. */
export interface KindFigures {
  readonly kind: FaultKind;
  readonly rounds: number;
  readonly operations: number;
  /** Operations a second while such faults lasted, and until the service was back. */
  readonly throughput: number;
  /** The longest time without a success after such a fault, and the one that half of the rounds stay below. */
  readonly unavailableMaxMs: number;
  readonly unavailableMedianMs: number;
}

/** A violation counts, whatever else; then what could not be found out, then that there is less than was asked for. */
export function verdictOf(report: CampaignReport): ChaosVerdict {
  if (report.violations.length > 0) return "violation";
  if (report.doubts.length > 0) return "unknown";
  return report.wasInterrupted ? "interrupted" : "ok";
}

/** The exit code of a verdict. */
export const CODES: Readonly<Record<ChaosVerdict, number>> = {
  ok: EXIT.good,
  violation: EXIT.failed,
  unknown: EXIT.unknown,
  interrupted: EXIT.interrupted,
};

/** The figures of every kind that was played. */
export function figuresOf(rounds: readonly PlayedRound[]): KindFigures[] {
  return FAULT_KINDS.flatMap((kind) => {
    const own = rounds.filter(({ round }) => round.kind === kind);
    if (own.length === 0) return [];
    const sum = (of: (round: PlayedRound) => number) =>
      own.reduce((all, round) => all + of(round), 0);
    const operations = sum((round) => round.operations);
    const unavailable = own.map(({ unavailableMs }) => unavailableMs).sort((a, b) => a - b);
    return [{
      kind,
      rounds: own.length,
      operations,
      throughput: operations / (sum(({ durationMs }) => durationMs) / 1000),
      unavailableMaxMs: unavailable.at(-1)!,
      unavailableMedianMs: unavailable[(own.length - 1) >> 1]!,
    }];
  });
}

/** One round, in a line. */
export function roundLine(played: PlayedRound): string {
  const { round, what, beside, unavailableMs, operations, stopsGroup, healMs } = played;
  const since = stopsGroup
    ? ` from the end of it on, of which the servers took ${grouped(healMs)} ms to start`
    : "";
  return `round ${round.number}: ${what}${beside === undefined ? "" : `, and ${beside}`} ` +
    `for ${round.holdMs} ms: ${grouped(operations)} operations, ` +
    `at most ${grouped(unavailableMs)} ms without one${since}\n`;
}

/** All of it, for people. */
export function reportText(report: CampaignReport, out: string, stream: OutputStream): string {
  const { rounds, counts, messages, durationMs, violations, doubts } = report;
  const verdict = verdictOf(report);
  const colors = {
    ok: "green",
    violation: "red",
    unknown: "yellow",
    interrupted: "yellow",
  } as const;
  const rows = figuresOf(rounds).map((each) => [
    each.kind,
    `${each.rounds}`,
    grouped(each.operations),
    grouped(each.throughput),
    grouped(each.unavailableMedianMs),
    grouped(each.unavailableMaxMs),
  ]);
  const heading = ["fault", "rounds", "operations", "op/s", "median ms away", "longest ms away"];
  const aligns = ["left", ...Array.from({ length: 5 }, () => "right" as const)] as const;
  const all = counts.returned + counts.unknown;
  const said = {
    ok: "linearizable, nothing acknowledged was lost, replicas are equal",
    violation: violations.join("\n  "),
    unknown: doubts.join("\n  "),
    interrupted: "nothing wrong so far; the replicas were not compared",
  }[verdict];
  return [
    rows.length === 0 ? "" : tableText([heading, ...rows], aligns),
    `${grouped(all)} operations in ${(durationMs / 1000).toFixed(1)} s, of ${
      grouped(counts.unknown)
    } the outcome is unknown; ${grouped(counts.dropped)} were refused\n`,
    `messages between servers: ${grouped(messages.delivered)} delivered, ${
      grouped(messages.lost)
    } lost, ${grouped(messages.doubled)} doubled; ${grouped(messages.cuts)} connections cut\n`,
    `history, logs and summary are in ${out}\n`,
    `${styled(stream, colors[verdict], verdict)}: ${said}\n`,
  ].join("");
}

/** All of it but the history, for programs. */
export function reportJson(
  report: CampaignReport,
  settings: Readonly<Record<string, unknown>>,
): unknown {
  const { rounds, counts, messages, durationMs, history, violations, doubts } = report;
  const { version, commit } = buildInfo();
  return {
    program: { name: "dist824", version, commit },
    settings,
    verdict: verdictOf(report),
    violations,
    doubts,
    durationMs,
    operations: counts,
    messages,
    history: { verdict: history.verdict, keys: history.parts.length, steps: history.steps },
    faults: figuresOf(rounds),
    rounds: rounds.map(({ round, ...played }) => ({ ...round, ...played })),
  };
}
