/** Prints the results of a run, which come in order, as the course's runner and test program do. */

import type { LabTest, Segment } from "../../tests/labs/lab_test.ts";
import type { Verdict } from "../../tests/labs/run_lab_test.ts";
import { failureDetails } from "./failure.ts";
import {
  iterationEndLines,
  iterationLine,
  notPassedLines,
  passedLine,
  titleLine,
  warningLine,
  worstVerdict,
} from "./lines.ts";
import type { UnitResult } from "./run_unit.ts";
import { labsOf } from "./selection.ts";

/** Prints iteration after iteration. */
export class Reporter {
  readonly #print: (text: string) => void;
  readonly #labs: readonly string[];
  readonly #perIteration: number;
  #iteration = 0;
  #verdicts: Verdict[] = [];
  #seconds = 0;

  constructor(tests: readonly LabTest[], print: (text: string) => void) {
    this.#print = print;
    this.#labs = labsOf(tests);
    this.#perIteration = tests.length;
  }

  /** Prints a result, and what opens or closes an iteration before or behind it. */
  report(result: UnitResult): void {
    const { unit, outcome } = result;
    if (unit.iteration !== this.#iteration) {
      this.finish();
      this.#iteration = unit.iteration;
      this.#print(iterationLine(unit.iteration));
    }
    this.#print(titleLine(unit.test.title) + resultLines(result));
    this.#verdicts.push(outcome.verdict);
    this.#seconds += outcome.virtualSeconds;
    if (this.#verdicts.length === this.#perIteration) this.finish();
  }

  /** Closes an iteration. One that was cut short gets no verdict, unless something in it failed. */
  finish(): void {
    if (this.#verdicts.length === 0) return;
    const verdict = worstVerdict(this.#verdicts);
    const isWhole = this.#verdicts.length === this.#perIteration;
    const isKnown = isWhole || verdict === "fail" || verdict === "error";
    this.#print(isKnown ? iterationEndLines(verdict, this.#labs, this.#seconds) : "\n");
    this.#verdicts = [];
    this.#seconds = 0;
  }
}

function resultLines(result: UnitResult): string {
  const { name, verdict, virtualSeconds, measured, segments, warnings = [] } = result.outcome;
  if (verdict === "pass" && measured !== undefined) {
    return warnings.map(warningLine).join("") +
      (segments?.map(segmentLines).join("") ?? passedLine(measured));
  }
  return notPassedLines(verdict, name, virtualSeconds, failureDetails(result));
}

/** The title of the first part is the test's, and is printed already. */
function segmentLines({ title, measured }: Segment, place: number): string {
  return (place === 0 ? "" : titleLine(title)) + passedLine(measured);
}
