/** The results of a run as one JSON document. Seeds are strings: they have 64 bits. */

import { failureRateBound } from "./confidence.ts";
import { failureDetails, repeatCommand } from "./failure.ts";
import type { UnitResult } from "./run_unit.ts";
import type { Ending } from "./run_units.ts";
import type { Spread } from "./spread.ts";
import type { Tally, TestTally } from "./tally.ts";

/** What a document is made of. */
export interface JsonReportFacts {
  /** Of the program. */
  readonly version: string;
  readonly commit: string;
  readonly labs: readonly string[];
  readonly seed: bigint;
  /** The iterations that were asked for. */
  readonly runs: number;
  /** The tests were played in the real world by choice. */
  readonly real: boolean;
  readonly jobs: number;
  readonly ending: Ending;
  readonly wallMs: number;
  readonly tally: Tally;
}

/** Writes the document, with a line end. */
export function jsonReport(facts: JsonReportFacts): string {
  const { tally, wallMs } = facts;
  const { pass, fail, unknown, error } = tally.iterations;
  const total = tally.iterationCount;
  const document = {
    program: { name: "dist824", version: facts.version, commit: facts.commit },
    labs: facts.labs,
    seed: String(facts.seed),
    runs: facts.runs,
    real: facts.real,
    jobs: facts.jobs,
    ending: facts.ending,
    verdict: tally.verdict,
    iterations: { total, passed: pass, failed: fail, unknown, error },
    failureRate: total === 0 ? null : {
      observed: (total - pass) / total,
      below: failureRateBound(total - pass, total),
      confidence: 0.95,
    },
    virtualSeconds: tally.virtualSeconds,
    wallSeconds: wallMs / 1000,
    events: tally.events,
    tests: tally.tests.map(testEntry),
    failures: tally.failures.map(failureEntry),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function testEntry({ test, counts, measured }: TestTally): Record<string, unknown> {
  return {
    lab: test.lab,
    name: test.name,
    title: test.title,
    addition: test.addition,
    passed: counts.pass,
    failed: counts.fail,
    unknown: counts.unknown,
    error: counts.error,
    peers: measured.peers.count === 0 ? null : measured.peers.mean,
    seconds: spreadEntry(measured.seconds),
    rpcs: spreadEntry(measured.rpcs),
    bytes: spreadEntry(measured.bytes),
    commits: spreadEntry(measured.commits),
    ops: spreadEntry(measured.ops),
  };
}

/** `null` of nothing: a test that never passed measured nothing. */
function spreadEntry(spread: Spread): { readonly mean: number; readonly deviation: number } | null {
  return spread.count === 0 ? null : { mean: spread.mean, deviation: spread.deviation };
}

function failureEntry(result: UnitResult): Record<string, unknown> {
  const { unit, outcome, traceFile } = result;
  return {
    iteration: unit.iteration,
    seed: String(unit.iterationSeed),
    lab: unit.test.lab,
    name: unit.test.name,
    title: unit.test.title,
    verdict: outcome.verdict,
    reason: outcome.reason,
    details: failureDetails(result),
    repeated: outcome.repeated ?? null,
    command: repeatCommand(result),
    trace: traceFile ?? null,
    virtualSeconds: outcome.virtualSeconds,
    wallMs: outcome.wallMs,
    events: outcome.events,
    hash: outcome.hash,
  };
}
