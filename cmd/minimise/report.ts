/** What is said of a run that was made smaller. */

import type { Minimised, PlannedRun } from "../../tests/minimise/mod.ts";
import { grouped, tableText } from "../test_runner/table.ts";

/** The sizes of a run by name, in the order in which they are shown. */
export function sizesOf({ figures, record }: PlannedRun): readonly [name: string, size: number][] {
  const { events, messages, faults, operations, span } = figures;
  return [
    ["events", events],
    ["messages that arrived", messages],
    ["calls that were withheld", record.changes.withheld.size],
    ["faults", faults],
    ["operations", operations],
    ["virtual milliseconds", Math.round(span)],
  ];
}

/** The rule, the sizes before and after, and how it ended. */
export function minimisedText(result: Minimised): string {
  const { rule, before, after, runs, isComplete } = result;
  const sizes = sizesOf(after);
  const rows = sizesOf(before).map(([name, size], at) => [
    name,
    grouped(size),
    grouped(sizes[at]![1]),
  ]);
  const few = rule.isProgress ? "faults and operations" : "faults";
  const patience = rule.isSafety
    ? ""
    : `Only ${few} were left out: with less time or fewer messages, a right program would fail too.\n`;
  const end = isComplete ? "nothing more can be left out" : "the search was not over";
  return [
    `rule: ${rule.name}`,
    after.outcome.reason ?? "",
    "",
    tableText([["", "before", "after"], ...rows], ["left", "right", "right"]),
    `${patience}${runs} ${runs === 1 ? "run" : "runs"}; ${end}.`,
    "",
  ].join("\n");
}

/** The same as JSON. */
export function minimisedJson(result: Minimised, planFile: string): string {
  const { rule, before, after, runs, isComplete } = result;
  const { name: test, lab, seed } = before.outcome;
  const document = {
    lab,
    test,
    seed,
    rule: rule.name,
    before: Object.fromEntries(sizesOf(before)),
    after: Object.fromEntries(sizesOf(after)),
    runs,
    isComplete,
    plan: planFile,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
