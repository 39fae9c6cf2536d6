/** All units of a run: handed out in order, as many at a time as keep the workers busy, reported in order. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import { InOrder } from "./in_order.ts";
import type { Unit, UnitResult } from "./run_unit.ts";

/** Which units there are. */
export interface UnitPlan {
  readonly tests: readonly LabTest[];
  /** The number of iterations. */
  readonly runs: number;
  /** The seed of the first iteration; the others count up from it. */
  readonly seed: bigint;
}

/** Why a run ended. */
export type Ending = "complete" | "failFast" | "interrupted";

/** What {@linkcode runUnits} needs. */
export interface RunUnitsOptions {
  readonly plan: UnitPlan;
  /** How many units are under way at most. */
  readonly inFlightMax: number;
  /** Runs one unit; `undefined` if the run was given up meanwhile. */
  readonly runOne: (unit: Unit) => Promise<UnitResult | undefined>;
  /** Hand out nothing more after a failure, and report nothing behind the first one. */
  readonly failFast: boolean;
  readonly interrupted: AbortSignal;
  /** Is told of every result at once. */
  readonly onResult: (result: UnitResult) => void;
  /** Is told of every result that belongs into the report, in the report's order. */
  readonly onReport: (result: UnitResult) => void;
}

/** The units of a plan, iteration by iteration, in the order of the tests. */
export function* unitsOf({ tests, runs, seed }: UnitPlan): Generator<Unit> {
  for (let place = 0; place < runs * tests.length; place++) {
    const index = Math.floor(place / tests.length);
    yield {
      place,
      iteration: index + 1,
      iterationSeed: BigInt.asUintN(64, seed + BigInt(index)),
      test: tests[place % tests.length]!,
    };
  }
}

/** Says whether a result is one that `--fail-fast` stops at. */
export function isFailure({ outcome }: UnitResult): boolean {
  return outcome.verdict === "fail" || outcome.verdict === "error";
}

/**
 * Runs all units. After its end, units may still be under way; closing what runs them ends them.
 *
 * With `failFast` the report goes up to the first failure in the order of the units, not of time: what
 * lies before it was handed out before, so it is waited for, and what lies behind it is dropped. The report
 * is then the same however many units were under way.
 */
export async function runUnits(options: RunUnitsOptions): Promise<Ending> {
  const { plan, inFlightMax, runOne, failFast, interrupted, onResult, onReport } = options;
  const ended = Promise.withResolvers<Ending>();
  const inFlight = new Set<Promise<void>>();
  let ending: Ending | undefined;
  let failed = false;
  const end = (how: Ending) => {
    ending ??= how;
    ended.resolve(how);
  };
  const inOrder = new InOrder<UnitResult>((result) => {
    if (ending === "failFast") return;
    onReport(result);
    if (failFast && isFailure(result)) end("failFast");
  });
  const runAndReport = async (unit: Unit) => {
    const result = await runOne(unit);
    if (result === undefined || ending !== undefined) return;
    failed ||= isFailure(result);
    inOrder.add(unit.place, result);
    onResult(result);
  };
  const handOut = async () => {
    for (const unit of unitsOf(plan)) {
      if (inFlight.size >= inFlightMax) await Promise.race(inFlight);
      if (ending !== undefined || (failFast && failed)) return;
      const running = runAndReport(unit).catch(ended.reject).finally(() => {
        inFlight.delete(running);
      });
      inFlight.add(running);
    }
    await Promise.all(inFlight);
    end("complete");
  };
  const interrupt = () => end("interrupted");
  if (interrupted.aborted) interrupt();
  interrupted.addEventListener("abort", interrupt);
  try {
    handOut().catch(ended.reject);
    return await ended.promise;
  } finally {
    interrupted.removeEventListener("abort", interrupt);
    inOrder.flush();
  }
}
