/** What is counted over a run: per test, and altogether. */

import type { LabTest, Measured } from "../../tests/labs/lab_test.ts";
import type { Verdict } from "../../tests/labs/run_lab_test.ts";
import { worstVerdict } from "./lines.ts";
import { Spread } from "./spread.ts";
import type { UnitResult } from "./run_unit.ts";

/** The counts of one test. */
export interface TestTally {
  readonly test: LabTest;
  readonly counts: Readonly<Record<Verdict, number>>;
  /** Over the runs that passed: the numbers of the Passed line. */
  readonly measured: Readonly<Record<keyof Measured, Spread>>;
}

/** The counts of a run. */
export class Tally {
  readonly #tests: ReadonlyMap<LabTest, MutableTestTally>;
  readonly #perIteration: number;
  /** Of iterations that are not finished: what came out so far. */
  readonly #open = new Map<number, Verdict[]>();
  readonly #iterations: Record<Verdict, number> = noVerdicts();
  readonly #failures: UnitResult[] = [];
  #virtualSeconds = 0;
  #events = 0;

  constructor(tests: readonly LabTest[]) {
    this.#tests = new Map(tests.map((test) => [test, newTestTally(test)]));
    this.#perIteration = tests.length;
  }

  /** Every test, in the order of the run. */
  get tests(): readonly TestTally[] {
    return [...this.#tests.values()];
  }

  /**
   * Iterations by their verdict. One that is not complete counts only if something in it failed already:
   * nothing that is still missing could mend that.
   */
  get iterations(): Readonly<Record<Verdict, number>> {
    const counts = { ...this.#iterations };
    for (const verdicts of this.#open.values()) {
      const verdict = worstVerdict(verdicts);
      if (verdict === "fail" || verdict === "error") counts[verdict]++;
    }
    return counts;
  }

  /** How many iterations {@linkcode Tally.iterations} counts. */
  get iterationCount(): number {
    return Object.values(this.iterations).reduce((sum, count) => sum + count, 0);
  }

  /** Everything that did not pass, in the order of the run. */
  get failures(): readonly UnitResult[] {
    return this.#failures;
  }

  get virtualSeconds(): number {
    return this.#virtualSeconds;
  }

  get events(): number {
    return this.#events;
  }

  /** The worst that happened; `unknown` if nothing did, for that is no pass. */
  get verdict(): Verdict {
    const verdicts: Verdict[] = [];
    let passed = 0;
    for (const { counts } of this.#tests.values()) {
      passed += counts.pass;
      for (const verdict of ["fail", "unknown", "error"] as const) {
        if (counts[verdict] > 0) verdicts.push(verdict);
      }
    }
    return passed === 0 && verdicts.length === 0 ? "unknown" : worstVerdict(verdicts);
  }

  /** Counts a result. */
  add(result: UnitResult): void {
    const { unit, outcome } = result;
    const tally = this.#tests.get(unit.test);
    if (tally === undefined) throw new RangeError(`${unit.test.name} is not part of this run`);
    tally.counts[outcome.verdict]++;
    if (outcome.measured !== undefined) {
      for (const key of MEASURED) {
        const value = outcome.measured[key];
        if (value !== undefined) tally.measured[key].add(value);
      }
    }
    if (outcome.verdict !== "pass") this.#failures.push(result);
    this.#virtualSeconds += outcome.virtualSeconds;
    this.#events += outcome.events;
    this.#addToIteration(unit.iteration, outcome.verdict);
  }

  #addToIteration(iteration: number, verdict: Verdict): void {
    const verdicts = this.#open.get(iteration) ?? [];
    verdicts.push(verdict);
    this.#open.set(iteration, verdicts);
    if (verdicts.length < this.#perIteration) return;
    this.#open.delete(iteration);
    this.#iterations[worstVerdict(verdicts)]++;
  }
}

interface MutableTestTally extends TestTally {
  readonly counts: Record<Verdict, number>;
}

const MEASURED = ["seconds", "peers", "rpcs", "bytes", "commits", "ops"] as const;

function newTestTally(test: LabTest): MutableTestTally {
  const spread = () => new Spread();
  return {
    test,
    counts: noVerdicts(),
    measured: {
      seconds: spread(),
      peers: spread(),
      rpcs: spread(),
      bytes: spread(),
      commits: spread(),
      ops: spread(),
    },
  };
}

function noVerdicts(): Record<Verdict, number> {
  return { pass: 0, fail: 0, unknown: 0, error: 0 };
}
