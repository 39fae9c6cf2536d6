/** How large a run is, and which of its parts count as what. */

import type { CallDecision } from "../../core/sim/message_director.ts";
import type { StepKind } from "../labs/harness/interventions.ts";
import type { RunRecord, Step, Wait } from "./planned_interventions.ts";

/** The size of a run. */
export interface Figures {
  readonly events: number;
  /** Requests and replies that arrived. */
  readonly messages: number;
  /** Crashes, cuts and the like, and messages that were lost, late or copied. */
  readonly faults: number;
  /** Commands that were proposed, operations of clients; lines of input and reduce tasks. */
  readonly operations: number;
  /** Milliseconds of virtual time. */
  readonly span: number;
}

/** What a disturbance of a message amounts to: most are only a little time. */
export type Disturbance = "lost or copied" | "late" | "little";

/** A message that takes so many microseconds is late. */
const LATE_MICROS_MIN = 10_000;

const FAULTS: ReadonlySet<StepKind> = new Set<StepKind>([
  "crash",
  "cut",
  "partition",
  "slow link",
  "leave",
  "slowness",
  "stop",
  "hang",
  "failure",
  "wipe",
  "power cut",
]);

const OPERATIONS: ReadonlySet<StepKind> = new Set<StepKind>([
  "propose",
  "operation",
  "line",
  "reduce task",
]);

/** Says whether a step breaks something, rather than heals it or asks for something. */
export function isFault(step: Step | Wait): boolean {
  return step.type === "step" && FAULTS.has(step.kind);
}

/** Says whether a step asks for something. */
export function isOperation(step: Step | Wait): boolean {
  return step.type === "step" && OPERATIONS.has(step.kind);
}

/** Sorts a disturbance. */
export function disturbanceOf(what: CallDecision, value: number): Disturbance {
  if (what === "failure time") return "little";
  if (!what.endsWith("time")) return "lost or copied";
  return value >= LATE_MICROS_MIN ? "late" : "little";
}

/** Counts what a run was made of. */
export function figuresOf(
  { steps, messages, changes: { calls } }: RunRecord,
  { events, virtualSeconds }: { readonly events: number; readonly virtualSeconds: number },
): Figures {
  let faults = steps.filter(isFault).length;
  for (const choices of calls?.values() ?? []) {
    for (const [what, value] of Object.entries(choices)) {
      if (disturbanceOf(what as CallDecision, value) !== "little") faults++;
    }
  }
  const operations = steps.filter(isOperation).length;
  return { events, messages, faults, operations, span: virtualSeconds * 1000 };
}

/** What a run costs its reader: what is to be made small. A fault less is worth some more events. */
export function costOf({ events, faults, operations }: Figures, disturbances: number): number {
  return events + 20 * faults + 2 * operations + disturbances;
}
