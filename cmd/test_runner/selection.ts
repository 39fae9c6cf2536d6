/** Which tests a command line asks for. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import { UsageError } from "../errors.ts";
import { closest } from "../suggest.ts";
import { nearestNames } from "./nearest.ts";

/** What the command line says about it. */
export interface Wanted {
  /** Labs (`2A`), beginnings of labs (`2`), or `all`; each may be several, separated by commas. Empty: all. */
  readonly labs: readonly string[];
  /** Part of a function name or title. */
  readonly pattern: string | undefined;
}

/** What there is. */
export interface Suites {
  readonly labs: readonly LabTest[];
  /** Tests that must be asked for by the name of their lab. */
  readonly hidden: readonly LabTest[];
}

/**
 * Returns the tests that are wanted, in the order of the suites.
 *
 * @throws {UsageError} If a lab is unknown, or no test is left.
 */
export function selectTests(suites: Suites, wanted: Wanted): readonly LabTest[] {
  const labs = selectLabs(suites, wanted.labs);
  const tests = [...suites.labs, ...suites.hidden].filter((test) => labs.has(test.lab));
  if (wanted.pattern === undefined) return tests;
  const matching = matchTests(tests, wanted.pattern);
  if (matching.length > 0) return matching;
  const near = nearestNames(wanted.pattern, tests.map((test) => test.name));
  const where = wanted.labs.length === 0 ? "" : ` in ${[...labs].join(", ")}`;
  throw new UsageError(`no test${where} has '${wanted.pattern}' in its name or title`, {
    didYouMean: near.length === 0 ? undefined : near.join(" or "),
  });
}

/** The labs of some tests, each once, in their order. */
export function labsOf(tests: readonly LabTest[]): string[] {
  return [...new Set(tests.map((test) => test.lab))];
}

/** A pattern that is a whole function name means that test alone, even if it is part of longer names. */
function matchTests(tests: readonly LabTest[], pattern: string): readonly LabTest[] {
  const part = pattern.toLowerCase();
  const exact = tests.filter((test) => test.name.toLowerCase() === part);
  if (exact.length > 0) return exact;
  return tests.filter((test) =>
    test.name.toLowerCase().includes(part) || test.title.toLowerCase().includes(part)
  );
}

function selectLabs(suites: Suites, wanted: readonly string[]): ReadonlySet<string> {
  const shown = labsOf(suites.labs);
  if (wanted.length === 0) return new Set(shown);
  const selected = new Set<string>();
  for (const item of wanted.flatMap((value) => value.split(","))) {
    for (const lab of labsNamed(item.trim(), shown, labsOf(suites.hidden))) selected.add(lab);
  }
  return selected;
}

function labsNamed(
  item: string,
  shown: readonly string[],
  hidden: readonly string[],
): readonly string[] {
  const name = item.toLowerCase();
  if (name === "all") return shown;
  const exact = [...shown, ...hidden].filter((lab) => lab.toLowerCase() === name);
  if (exact.length > 0) return exact;
  const begun = shown.filter((lab) => name !== "" && lab.toLowerCase().startsWith(name));
  if (begun.length > 0) return begun;
  throw new UsageError(`unknown lab '${item}': the labs are ${shown.join(", ")}`, {
    didYouMean: closest(item, [...shown, "all"]),
  });
}
