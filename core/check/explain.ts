/**
 * Why a history is not linearizable. Every beginning of a linearizable history is linearizable, with what is still
 * under way at its end of unknown outcome. So there is a first return after which no order is left: all before it is
 * the longest part that can be ordered, and the operation that returns there cannot be added. With the outcome of
 * that one forgotten, the search for the next one goes on.
 */

import type { Model, Operation } from "./history.ts";
import { hope } from "./hope.ts";
import type { SearchResult } from "./search.ts";
import { timelineOf } from "./timeline.ts";

/** More of them would help nobody. */
const MISFITS_MAX = 5;
const STATES_SHOWN_MAX = 4;
/** After searches of so many operations in all, no further misfit is looked for. */
const SEARCHED_MAX = 20_000;
/** Enough for any history: without choices that fail, an operation takes some steps only. */
const STEPS_OF_HURRY = 10_000_000;

/** An operation that cannot be added to the order of what returned before it. */
export interface Misfit {
  readonly operation: number;
  /** Why, for people. */
  readonly why: string;
}

/** Why a part has no order. Operations are named by their places in the part. */
export interface Explanation {
  readonly steps: number;
  readonly order: readonly number[];
  readonly misfits: readonly Misfit[];
}

/** Explains a part that `search` finds illegal. */
export function explain<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  search: (operations: readonly Operation<Input, Output>[]) => SearchResult,
): Explanation {
  const returning = operations.keys().filter((i) => operations[i]!.output !== undefined).toArray()
    .sort((a, b) => operations[a]!.return - operations[b]!.return);
  const doubtful = new Set<number>();
  const misfits: Misfit[] = [];
  let steps = 0;
  let searched = 0;
  let first: readonly number[] = [];
  let good = 0;
  let order: readonly number[] = [];
  /** Whether there is an order after so many returns; remembers it. */
  const isGood = (returns: number): boolean => {
    const until = returns === 0 ? -Infinity : operations[returning[returns - 1]!]!.return;
    const { places, some } = beginning(operations, until, doubtful);
    const result = search(some);
    steps += result.steps;
    searched += some.length;
    if (result.verdict !== "ok") return false;
    [good, order] = [returns, result.order.map((i) => places[i]!)];
    return true;
  };
  /** Goes as far as it is easy to. */
  const hurry = (): void => {
    const { places, some } = beginning(operations, Infinity, doubtful);
    const found = hope(model, some, timelineOf(some), STEPS_OF_HURRY);
    steps += found.steps;
    const reached = found.stuckAt < 0
      ? returning.length
      : returning.indexOf(places[found.stuckAt]!);
    if (reached < good) return;
    [good, order] = [reached, found.order.map((i) => places[i]!)];
  };
  while (misfits.length < MISFITS_MAX) {
    hurry();
    if (good === returning.length) break;
    let bad = good + 1;
    if (isGood(bad)) {
      // Usually one operation is to blame, and everything else fits.
      if (misfits.length > 0 && isGood(returning.length)) break;
      bad = returning.length;
      for (let reach = 2; good + reach < bad; reach *= 2) {
        if (!isGood(good + reach)) bad = good + reach;
      }
      while (bad - good > 1) {
        const middle = (good + bad) >>> 1;
        if (!isGood(middle)) bad = middle;
      }
    }
    const operation = returning[bad - 1]!;
    if (misfits.length === 0) first = order;
    misfits.push({ operation, why: wording(model, operations, order, operation) });
    doubtful.add(operation);
    if (searched > SEARCHED_MAX) break;
  }
  return { steps, order: first, misfits };
}

/** What was called until then; what had not returned then, or is doubtful, with an unknown outcome. */
function beginning<Input, Output>(
  operations: readonly Operation<Input, Output>[],
  until: number,
  doubtful: ReadonlySet<number>,
): { readonly places: number[]; readonly some: Operation<Input, Output>[] } {
  const places: number[] = [];
  const some: Operation<Input, Output>[] = [];
  operations.forEach((operation, i) => {
    if (operation.call > until) return;
    const isOpen = operation.return > until || doubtful.has(i);
    places.push(i);
    some.push(isOpen ? { ...operation, output: undefined, return: Infinity } : operation);
  });
  return { places, some };
}

function wording<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
  misfit: number,
): string {
  const operation = operations[misfit]!;
  const { client, input, output, call, return: end } = operation;
  const said = `client ${client}: ${model.describe(input, output)}, from ${call} to ${end}`;
  const others = operations.filter((_, i) => i !== misfit);
  const reasons = [model.remark?.(operation, others), statesText(model, operations, order, call)]
    .filter((reason) => reason !== undefined);
  return reasons.length === 0 ? said : `${said}, but ${reasons.join("; ")}`;
}

/** The states in the order at which the operation could have been: from the last one that returned before its call. */
function statesText<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  order: readonly number[],
  call: number,
): string | undefined {
  if (model.describeState === undefined) return undefined;
  let state = model.initial;
  let shown = [model.describeState(state)];
  for (const i of order) {
    const { input, output, return: end } = operations[i]!;
    state = model.step(state, input, output) ?? state;
    const text = model.describeState(state);
    if (output !== undefined && end < call) shown = [text];
    else if (shown.at(-1) !== text) shown.push(text);
  }
  const last = shown.slice(-STATES_SHOWN_MAX);
  const more = shown.length > last.length ? "… then " : "";
  return `in the longest order of what returned before, the state was then ${more}${
    last.join(" then ")
  }`;
}
