/**
 * Where the texts that clients have seen can have come from: which put began each of them, and which appends made
 * the rest. Worked out backwards from the texts, once, before the search. Values that are unique leave one way only,
 * and the search then needs no guessing; where there are many ways, this says so, and the search tries them.
 */

import { ABSENCE, EMPTY, type KvStates } from "./kv_states.ts";

/** The values with which states are made, each with the number of its class of operations. */
export interface KvSources {
  /** Appended values that are not empty; one class each. */
  readonly appends: ReadonlyMap<string, number>;
  /** Values that replace whatever was there: of puts and of compare-and-sets that may have taken effect. */
  readonly puts: ReadonlyMap<string, readonly number[]>;
  /** Deletes that may have found something. */
  readonly deletes: readonly number[];
  readonly classSizes: Int32Array;
}

/** An append that must be done in a certain state, because what is seen in `after` comes about in no other way. */
export interface Home {
  readonly before: number;
  readonly after: number;
}

/** What is known of the past of everything seen. */
export interface KvOrigins {
  /** Of each place, the classes that may have begun it, or `undefined`: any. Nothing else can have. */
  readonly beginnings: readonly (readonly number[] | undefined)[];
  /** Of each append class, the states that it may lead to and that matter, or `undefined`: unknown. */
  readonly results: readonly (readonly number[] | undefined)[];
  /** Of each append class with one operation, where that operation has to be done. */
  readonly homes: readonly (readonly Home[])[];
  /** Of each place, whether any order of the operations could ever show it. */
  readonly reachable: readonly boolean[];
}

/** More work than this is not worth it. */
const LOOKUPS_MAX = 4_000_000;
/** With more different lengths of puts than this, every put may have begun everything. */
const PUT_LENGTHS_MAX = 64;

/** One way in which a state comes about: an append of this class to that state. */
interface Step {
  readonly before: number;
  readonly by: number;
}

/** Works out where everything seen may have come from. */
export function kvOrigins(states: KvStates, sources: KvSources): KvOrigins {
  const steps = stepsBack(states, sources);
  if (steps === undefined) return unknownOrigins(states, sources);
  const ordered = [...steps.keys()].sort((a, b) => states.lengthOf(a) - states.lengthOf(b));
  const putLengths = new Set([...sources.puts.keys()].map((value) => value.length));
  const wasPut = (state: number) => {
    const length = states.lengthOf(state);
    return putLengths.has(length) && sources.puts.has(states.tail(state, length));
  };
  const reached = new Set<number>([EMPTY]);
  /** Of each state that comes about in one way only, the state in which its last put or delete left the key. */
  const begun = new Map<number, number>([[EMPTY, EMPTY]]);
  const forced = new Map<number, Step>();
  const results: number[][] = Array.from(sources.classSizes, () => []);
  for (const state of ordered) {
    if (state === EMPTY) continue;
    const ways = steps.get(state)!.filter(({ before }) => reached.has(before));
    const put = wasPut(state);
    if (!put && ways.length === 0) continue;
    reached.add(state);
    for (const { by } of ways) results[by]!.push(state);
    if (put && ways.length === 0) begun.set(state, state);
    if (put || ways.length > 1) continue;
    forced.set(state, ways[0]!);
    const beginning = begun.get(ways[0]!.before);
    if (beginning !== undefined) begun.set(state, beginning);
  }
  const reachable = Array.from(
    states.seenIn,
    (state, place) => place === ABSENCE || reached.has(state),
  );
  return {
    beginnings: Array.from(states.seenIn, (state, place) => {
      if (place === ABSENCE) return sources.deletes;
      const beginning = begun.get(state);
      return beginning === undefined
        ? prefixBeginnings(states, sources, state)
        : classesOf(states, sources, beginning);
    }),
    results,
    homes: homesOf(states, sources, ordered, forced, reachable),
    reachable,
  };
}

/** Every state that may have been on the way to something seen, with the appends that may have led to it. */
function stepsBack(
  states: KvStates,
  { appends }: KvSources,
): Map<number, readonly Step[]> | undefined {
  const lengths = [...new Set([...appends.keys()].map((value) => value.length))];
  const steps = new Map<number, readonly Step[]>();
  let lookups = 0;
  const waiting = [...states.seenIn.subarray(1)];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    if (steps.has(state)) continue;
    const ways: Step[] = [];
    const whole = states.lengthOf(state);
    lookups += lengths.length;
    if (lookups > LOOKUPS_MAX) return undefined;
    for (const length of lengths) {
      if (length > whole) continue;
      const by = appends.get(states.tail(state, length));
      if (by === undefined) continue;
      const before = states.prefix(state, whole - length);
      ways.push({ before, by });
      waiting.push(before);
    }
    steps.set(state, ways);
  }
  return steps;
}

function classesOf(states: KvStates, { puts, deletes }: KvSources, state: number): number[] {
  const found = [...puts.get(states.tail(state, states.lengthOf(state))) ?? []];
  return state === EMPTY ? [...found, ...deletes] : found;
}

/** The puts whose values the state begins with. */
function prefixBeginnings(
  states: KvStates,
  { puts, deletes }: KvSources,
  state: number,
): number[] | undefined {
  const lengths = new Set([...puts.keys()].map((value) => value.length));
  if (lengths.size > PUT_LENGTHS_MAX) return undefined;
  const whole = states.tail(state, states.lengthOf(state));
  const found = [...deletes];
  for (const length of lengths) {
    if (length <= whole.length) found.push(...puts.get(whole.slice(0, length)) ?? []);
  }
  return found;
}

function homesOf(
  states: KvStates,
  { classSizes }: KvSources,
  ordered: readonly number[],
  forced: ReadonlyMap<number, Step>,
  reachable: readonly boolean[],
): Home[][] {
  const homes: Home[][] = Array.from(classSizes, () => []);
  /** How many of the things seen have certainly passed through a state. */
  const passed = new Map<number, number>();
  const reachableBefore = [0];
  reachable.forEach((can, place) => reachableBefore.push(reachableBefore[place]! + (can ? 1 : 0)));
  states.seenIn.forEach((state, place) => {
    if (place !== ABSENCE && reachable[place]) passed.set(state, 1);
  });
  for (const after of ordered.toReversed()) {
    const step = forced.get(after);
    const count = passed.get(after) ?? 0;
    if (step === undefined) continue;
    passed.set(step.before, (passed.get(step.before) ?? 0) + count);
    const all = reachableBefore[states.end(after)]! - reachableBefore[states.first(after)]!;
    if (count === all && classSizes[step.by] === 1) {
      homes[step.by]!.push({ before: step.before, after });
    }
  }
  return homes;
}

function unknownOrigins(states: KvStates, sources: KvSources): KvOrigins {
  return {
    beginnings: Array.from(
      states.seenIn,
      (state, place) =>
        place === ABSENCE ? sources.deletes : prefixBeginnings(states, sources, state),
    ),
    results: Array.from(sources.classSizes, () => undefined),
    homes: Array.from(sources.classSizes, () => []),
    reachable: Array.from(states.seenIn, () => true),
  };
}
