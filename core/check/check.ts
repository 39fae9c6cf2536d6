/** Is a history linearizable? Splits it into parts, has each searched for an order, and says what does not fit. */

import { explain, type Misfit } from "./explain.ts";
import type { Model, Operation } from "./history.ts";
import { type Ties, timelineOfValid } from "./history_error.ts";
import { hope } from "./hope.ts";
import { ModelMachine } from "./model_machine.ts";
import { search, type SearchResult } from "./search.ts";
import { partTimelines, type Timeline, timelineOf } from "./timeline.ts";

/** `unknown`: the budget was spent before the answer was known. Never a pass. */
export type Verdict = "ok" | "illegal" | "unknown";

/** Settings of a check. */
export interface CheckOptions {
  /** How many times an operation may be tried in a state, for each part; the same history always takes as many. */
  readonly stepsMax?: number;
  /** What to make of events at the same time; by default they are refused. */
  readonly ties?: Ties;
}

/** What came of one part of a history. Operations are named by their places in the history. */
export interface PartReport {
  readonly partition: string;
  readonly operations: readonly number[];
  readonly verdict: Verdict;
  readonly steps: number;
  /**
   * An order that obeys the model and the clock: of the whole part if it is `ok`, of its longest beginning that has
   * one if it is `illegal`. Operations of unknown outcome that took no effect are not in it.
   */
  readonly order: readonly number[];
  /** If `illegal`, the operations that cannot be added, the first one first. */
  readonly misfits: readonly Misfit[];
}

/** What came of a check. */
export interface HistoryReport {
  readonly verdict: Verdict;
  readonly steps: number;
  /** Sorted by partition. */
  readonly parts: readonly PartReport[];
}

/** Enough for every history of the labs, and some seconds for one that is not. */
export const STEPS_MAX = 10_000_000;

/**
 * Checks a history.
 *
 * @throws {HistoryError} If the history itself makes no sense.
 *
 * @example
 * ```ts
 * import { checkHistory } from "./check.ts";
 * import { type KvOperation, kvModel } from "./kv_model.ts";
 * import assert from "node:assert/strict";
 *
 * const history: KvOperation[] = [
 *   { client: 1, input: { op: "put", key: "k", value: "a" }, output: {}, call: 1, return: 4 },
 *   { client: 2, input: { op: "get", key: "k" }, output: { value: "a" }, call: 2, return: 3 },
 *   { client: 2, input: { op: "get", key: "k" }, output: { value: "" }, call: 5, return: 6 },
 * ];
 * const { verdict, parts } = checkHistory(kvModel, history);
 * assert.equal(verdict, "illegal");
 * assert.deepEqual(parts[0]!.misfits.map(({ operation }) => operation), [2]);
 * ```
 */
export function checkHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  options: CheckOptions = {},
): HistoryReport {
  const { stepsMax = STEPS_MAX, ties } = options;
  const timeline = timelineOfValid(operations, ties);
  const partition = partitioned(model, operations);
  const timelines = partTimelines(timeline, partition.map(([, indexes]) => indexes));
  const parts = partition.map(([name, indexes], i) =>
    checkPart(model, name, operations, indexes, timelines[i]!, stepsMax)
  );
  const has = (verdict: Verdict) => parts.some((part) => part.verdict === verdict);
  return {
    verdict: has("illegal") ? "illegal" : has("unknown") ? "unknown" : "ok",
    steps: parts.reduce((sum, { steps }) => sum + steps, 0),
    parts,
  };
}

/** Searches operations of one part for an order. */
export function searchPart<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  stepsMax: number,
  timeline: Timeline = timelineOf(operations),
): SearchResult {
  const { stuckAt, steps, order } = hope(model, operations, timeline, stepsMax);
  if (stuckAt < 0) return { verdict: "ok", steps, order };
  const found = searchThoroughly(model, operations, stepsMax - steps, timeline);
  return { ...found, steps: steps + found.steps };
}

/** Searches operations of one part for an order, with all preparation at once: what {@linkcode searchPart} may end with. */
export function searchThoroughly<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  stepsMax: number,
  timeline: Timeline = timelineOf(operations),
): SearchResult {
  const machine = model.compile?.(operations) ?? new ModelMachine(model, operations);
  return search(machine, timeline, stepsMax);
}

function partitioned<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): [string, number[]][] {
  const parts = new Map<string, number[]>();
  for (let i = 0; i < operations.length; i++) {
    const name = model.partition(operations[i]!.input);
    const part = parts.get(name);
    if (part === undefined) parts.set(name, [i]);
    else part.push(i);
  }
  return [...parts].sort(([a], [b]) => a < b ? -1 : 1);
}

function checkPart<State, Input, Output>(
  model: Model<State, Input, Output>,
  partition: string,
  history: readonly Operation<Input, Output>[],
  indexes: readonly number[],
  timeline: Timeline,
  stepsMax: number,
): PartReport {
  const operations = indexes.map((i) => history[i]!);
  const { verdict, steps, order } = searchPart(model, operations, stepsMax, timeline);
  const inHistory = (i: number) => indexes[i]!;
  if (verdict !== "illegal") {
    return {
      partition,
      operations: indexes,
      verdict,
      steps,
      order: order.map(inHistory),
      misfits: [],
    };
  }
  const explained = explain(
    model,
    operations,
    (some) => searchPart(model, some, stepsMax),
  );
  return {
    partition,
    operations: indexes,
    verdict,
    steps: steps + explained.steps,
    order: explained.order.map(inHistory),
    misfits: explained.misfits.map((each) => ({ ...each, operation: inHistory(each.operation) })),
  };
}
