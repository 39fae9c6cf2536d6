/**
 * What a number of runs says about the true rate of failure: the one-sided Clopper-Pearson bound. It is
 * exact, so it never promises more than the runs show, however few they are.
 */

/**
 * Returns the rate that the true rate of failure lies below, with the given confidence, after `failures`
 * failures in `runs` independent runs. With no failure that is `1 - (1 - confidence)^(1 / runs)`.
 *
 * @throws {RangeError} If the counts are not integers with `0 <= failures <= runs` and `runs >= 1`, or if
 * the confidence does not lie between 0 and 1.
 *
 * @example
 * ```ts
 * import { failureRateBound } from "./confidence.ts";
 * import assert from "node:assert/strict";
 *
 * assert.equal(failureRateBound(0, 50).toFixed(4), "0.0582");
 * ```
 */
export function failureRateBound(failures: number, runs: number, confidence = 0.95): number {
  if (!(Number.isInteger(runs) && runs >= 1)) {
    throw new RangeError(`The number of runs must be an integer >= 1: current value is ${runs}`);
  }
  if (!(Number.isInteger(failures) && failures >= 0 && failures <= runs)) {
    throw new RangeError(
      `The number of failures must be an integer in [0, ${runs}]: current value is ${failures}`,
    );
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`A confidence must lie between 0 and 1: current value is ${confidence}`);
  }
  if (failures === runs) return 1;
  if (failures === 0) return -Math.expm1(Math.log(1 - confidence) / runs);
  let low = failures / runs;
  let high = 1;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(failures, runs, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** The chance that `runs` runs fail at most `failures` times, if each fails at `rate`, `0 < rate < 1`. */
function chanceOfAtMost(failures: number, runs: number, rate: number): number {
  const odds = Math.log(rate) - Math.log1p(-rate);
  let logTerm = runs * Math.log1p(-rate);
  let sum = Math.exp(logTerm);
  for (let count = 1; count <= failures; count++) {
    logTerm += Math.log((runs - count + 1) / count) + odds;
    sum += Math.exp(logTerm);
  }
  return sum;
}

/** Writes a rate as percent with two significant digits: `5.8 %`, `0.030 %`, `28 %`. */
export function percent(rate: number): string {
  const value = rate * 100;
  return `${value >= 99.5 ? "100" : value === 0 ? "0" : value.toPrecision(2)} %`;
}

/**
 * Says in words what the runs show. Only passes count as such: a run whose verdict is unknown may have
 * failed, and the bound has to hold in that case too.
 */
export function confidenceSentence(passed: number, runs: number): string {
  const bound = percent(failureRateBound(runs - passed, runs));
  const observed = passed === runs ? "" : ` ${percent((runs - passed) / runs)},`;
  if (passed === 0) return `0 of ${runs} passed: nothing is known to work`;
  return `${passed} of ${runs} passed: failure rate${observed} below ${bound} at 95 % confidence`;
}
