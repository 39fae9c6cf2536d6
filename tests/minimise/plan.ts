/**
 * A plan: a lab test, its seed, and what is to happen otherwise than these say. It lies in a file as JSON, and a run is
 * repeated from it down to the last event.
 *
 * A call is named by its end and its number there: `0/2>1#17` is the 17th call of the second life of server 0 to
 * server 1. In a plan, no message is disturbed unless the plan says so; of steps and waits it names those that are left
 * out or shortened: `3` is the third wait of the scenario, `w2#3` the third of who is called w2.
 */

import type { CallDecision } from "../../core/sim/message_director.ts";

/** The version of the format. */
export const PLAN_VERSION = 1;

/** How one call differs from a calm one: microseconds, or 1 for yes. */
export type CallChoices = Readonly<Partial<Record<CallDecision, number>>>;

/** What differs from what scenario and seed say. */
export interface Changes {
  /** What happens to calls; `undefined` if that is left to the seed. Calls that are not named are calm. */
  readonly calls: ReadonlyMap<string, CallChoices> | undefined;
  /** Calls that come to nothing. */
  readonly withheld: ReadonlySet<string>;
  /** Steps of the harness that are left out: `crash 2#1` is the first crash of server 2. */
  readonly skipped: ReadonlySet<string>;
  /** How many milliseconds the waits last that are not as they should be, by their names. */
  readonly waits: ReadonlyMap<string, number>;
}

/** Nothing differs. */
export const NO_CHANGES: Changes = {
  calls: undefined,
  withheld: new Set(),
  skipped: new Set(),
  waits: new Map(),
};

/** See the head of this file. */
export interface Plan {
  readonly lab: string;
  /** The test's function name. */
  readonly test: string;
  /** The seed of the iteration, in decimal digits. */
  readonly seed: string;
  /** The planted mistake, if there was one. */
  readonly bug: string | undefined;
  /** The name of the rule that the run breaks. */
  readonly rule: string;
  /** The hash of the run, by which a run that goes another way is noticed. */
  readonly hash: string;
  readonly changes: Changes;
}

/** A plan that cannot be read. */
export class PlanError extends SyntaxError {
  override readonly name = "PlanError";
}

/** Writes a plan as JSON, a line for each thing that it names. */
export function formatPlan({ changes, ...run }: Plan): string {
  const { calls, withheld, skipped, waits } = changes;
  const document = {
    dist824Plan: PLAN_VERSION,
    ...run,
    calls: calls === undefined ? null : Object.fromEntries(calls),
    withheld: [...withheld],
    skipped: [...skipped],
    waits: [...waits].map(([name, span]) => `${name}: ${span}`),
  };
  return `${JSON.stringify(document, undefined, 1)}\n`;
}

/**
 * Reads a plan.
 *
 * @throws {PlanError} If the text is none, or one of another version.
 */
export function parsePlan(text: string): Plan {
  const value = parseObject(text);
  const version = value["dist824Plan"];
  if (version === undefined) throw new PlanError("this is no plan: it has no dist824Plan");
  if (version !== PLAN_VERSION) {
    throw new PlanError(`the plan is of version ${version}; this program reads ${PLAN_VERSION}`);
  }
  const { bug } = value;
  if (bug !== undefined && typeof bug !== "string") throw notA("bug", "a text");
  const seed = textOf(value, "seed");
  if (!/^\d{1,20}$/.test(seed) || BigInt(seed) >= 2n ** 64n) throw notA("seed", "a seed");
  return {
    lab: textOf(value, "lab"),
    test: textOf(value, "test"),
    seed,
    bug,
    rule: textOf(value, "rule"),
    hash: textOf(value, "hash"),
    changes: {
      calls: callsOf(value["calls"]),
      withheld: new Set(textsOf(value, "withheld")),
      skipped: new Set(textsOf(value, "skipped")),
      waits: new Map(textsOf(value, "waits").map(waitOf)),
    },
  };
}

const DECISIONS: ReadonlySet<string> = new Set<CallDecision>([
  "request time",
  "request lost",
  "held request lost",
  "reply time",
  "reply lost",
  "copied",
  "copy time",
  "copy lost",
  "held copy lost",
  "failure time",
]);

function callsOf(value: unknown): ReadonlyMap<string, CallChoices> | undefined {
  if (value === null) return undefined;
  if (!isRecord(value)) throw notA("calls", "an object or null");
  const isChoice = ([what, number]: [string, unknown]) =>
    DECISIONS.has(what) && Number.isSafeInteger(number) && number as number >= 0;
  const calls = Object.entries(value).map(([call, choices]) => {
    if (!isRecord(choices) || !Object.entries(choices).every(isChoice)) {
      throw notA(`calls["${call}"]`, "what happens to a call");
    }
    return [call, choices as CallChoices] as const;
  });
  return new Map(calls);
}

function waitOf(text: string): [string, number] {
  const match = /^(.*): (\d+(?:\.\d+)?)$/s.exec(text);
  if (match === null) throw notA("waits", "names of waits with their milliseconds");
  return [match[1]!, Number(match[2])];
}

function textsOf(value: Record<string, unknown>, name: string): readonly string[] {
  const texts = value[name];
  if (Array.isArray(texts) && texts.every((text) => typeof text === "string")) return texts;
  throw notA(name, "a list of texts");
}

function textOf(value: Record<string, unknown>, name: string): string {
  const text = value[name];
  if (typeof text === "string") return text;
  throw notA(name, "a text");
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch {
    // Reported below, like what is JSON and no object.
  }
  throw new PlanError("this is no plan: it is no JSON object");
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function notA(name: string, what: string): PlanError {
  return new PlanError(`the plan is damaged: "${name}" is not ${what}`);
}
