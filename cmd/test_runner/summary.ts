/** What stands behind the course's own two closing lines: the numbers that it does not print. */

import { confidenceSentence } from "./confidence.ts";
import { grouped, tableText } from "./table.ts";
import type { Tally, TestTally } from "./tally.ts";

/** What a summary says. */
export interface SummaryFacts {
  readonly tally: Tally;
  readonly seed: bigint;
  readonly wallMs: number;
}

/** The columns that only some labs have. */
const OPTIONAL = ["bytes", "commits", "ops"] as const;

/** The table of the tests, time, events, seeds, and what it all means. */
export function summaryText({ tally, seed, wallMs }: SummaryFacts): string {
  return `\n${testTable(tally.tests)}\n${figureTable(tally, seed, wallMs)}\n${meaning(tally)}\n`;
}

/** What a lab does not measure is not a column of its table. */
function testTable(tests: readonly TestTally[]): string {
  const optional = OPTIONAL.filter((column) =>
    tests.some(({ measured }) => measured[column].count > 0)
  );
  const heading = ["test", "passed", "failed", "unknown", "error", "seconds", "RPCs", ...optional];
  const rows = tests.map(({ test, counts, measured }) => [
    `${test.lab}  ${test.name}`,
    ...[counts.pass, counts.fail, counts.unknown, counts.error].map(String),
    measured.seconds.format(1),
    measured.rpcs.format(0),
    ...optional.map((column) => measured[column].format(0)),
  ]);
  const numbers = heading.slice(1).map(() => "right" as const);
  return tableText([heading, ...rows], ["left", ...numbers]);
}

function figureTable(tally: Tally, seed: bigint, wallMs: number): string {
  const wallSeconds = wallMs / 1000;
  const perSecond = (value: number) => grouped(wallSeconds > 0 ? value / wallSeconds : 0);
  const ratio = `virtual time went by ${perSecond(tally.virtualSeconds)} times as fast`;
  const wall = `${wallSeconds.toFixed(1)} s`;
  const seeds = ["seeds", seedRange(seed, tally.iterationCount)];
  if (tally.events === 0) return tableText([["wall time", wall], seeds], ["left", "left"]);
  const rows = [
    ["virtual time", `${tally.virtualSeconds.toFixed(1)} s`],
    ["wall time", `${wall}, ${ratio}`],
    ["events", `${grouped(tally.events)}, ${perSecond(tally.events)} per second of wall time`],
    seeds,
  ];
  return tableText(rows, ["left", "left"]);
}

/** The seeds of the iterations, as far as they were counted. */
export function seedRange(seed: bigint, iterations: number): string {
  if (iterations < 2) return String(seed);
  return `${seed} to ${BigInt.asUintN(64, seed + BigInt(iterations - 1))}`;
}

function meaning(tally: Tally): string {
  const total = tally.iterationCount;
  if (total === 0) return "No iteration was completed: nothing is known.";
  const { pass, unknown } = tally.iterations;
  const careful = unknown > 0 ? ", counting what is unknown as failed" : "";
  return `${confidenceSentence(pass, total)}${careful}.`;
}
