/** Which rule a run broke: what two failures have in common, whatever servers, times and values they name. */

import { factsIn, propertyIn } from "../labs/rules.ts";

/** A rule, as a failure names it. */
export interface BrokenRule {
  /** `CommitsOwnTerm`; for a failure that names none, its first line without its numbers and texts. */
  readonly name: string;
  /**
   * Whether no patience, and no message that is lost, could make a right program break it. What a test expects to happen
   * in time, or to be counted, is no such rule: a smaller run may fail it for being smaller.
   */
  readonly isSafety: boolean;
  /** Whether right programs keep it in time whatever clients ask for or leave: a checker, not a test, expects it. */
  readonly isProgress: boolean;
}

/** Properties that can be broken by too many losses, or by too little time: they say what comes about. */
const PROGRESS = new Set([
  "AllGroupsFollow",
  "CopiesAreDeleted",
  "FailuresAreTolerated",
  "GivesAfterItLeft",
  "GivesWhileItWaits",
  "HandsOnWhatItLost",
  "TriesAllServers",
  "WorkersEndWithTheJob",
]);

/** What tests say of values that no right store or log could have given. */
const WRONG_VALUES =
  /^(get wrong value|Get\(|duplicate element|history is not linearizable|apply error: )/;

const NAME_LENGTH_MAX = 60;

/** Names the rule that a run broke, by the reason of its failure. */
export function ruleOf(reason: string): BrokenRule {
  const property = propertyIn(reason);
  if (property !== undefined) {
    const isProgress = PROGRESS.has(property);
    return { name: property, isSafety: !isProgress, isProgress };
  }
  const shape = factsIn(reason).replace(/"[^"]*"/g, '"…"').replace(/\d+(\.\d+)?/g, "#").slice(
    0,
    NAME_LENGTH_MAX,
  );
  const name = shape.replace(/[\s,:]+$/, "");
  return { name, isSafety: WRONG_VALUES.test(reason), isProgress: false };
}
