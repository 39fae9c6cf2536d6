/**
 * The store as a door for clients sees it: in one part or in several, each of which carries out flights by itself. In
 * a replicated store there is one, in a sharded store every shard is one.
 */

import type { Batches } from "./batches.ts";
import type { Flight, FlightOutcome } from "./flight.ts";

/** See the head of this file. */
export interface StoreParts {
  /** How many there are; 0 as long as nobody has told. Once known it stays the same. */
  readonly count: number;
  /** How many flights have no outcome yet. */
  readonly waiting: number;
  /** Runs a function when it is known how many there are, or when that has taken too long. */
  whenKnown(then: () => void): void;
  /** The part of a key, in `[0, count)`. */
  partOf(key: Uint8Array): number;
  /** Has a part carry out a flight. All keys must be its own. */
  add(part: number, flight: Flight): void;
  /** Ends everything: whoever waits is told what is known. */
  stop(): void;
}

/** A store in one part. */
export function onePart(batches: Batches, stop: () => void = () => {}): StoreParts {
  return {
    count: 1,
    get waiting(): number {
      return batches.waiting;
    },
    whenKnown: (then) => then(),
    partOf: () => 0,
    add: (_part, flight) => batches.add(flight),
    stop,
  };
}

/**
 * Has all parts carry out the same operations, each at a time of its own. The outcome has the results of the first
 * part, then those of the second, and so on; it is `done` only if all of them are.
 */
export function addEverywhere(parts: StoreParts, flight: Flight): void {
  const outcomes: FlightOutcome[] = new Array(parts.count);
  let missing = parts.count;
  for (let part = 0; part < parts.count; part++) {
    parts.add(part, {
      ...flight,
      onOutcome: (outcome) => {
        outcomes[part] = outcome;
        if (--missing === 0) flight.onOutcome(joined(outcomes));
      },
    });
  }
}

function joined(outcomes: readonly FlightOutcome[]): FlightOutcome {
  const done = outcomes.flatMap((outcome) => outcome.kind === "done" ? [outcome] : []);
  if (done.length < outcomes.length) {
    return outcomes.find(({ kind }) => kind === "uncertain") ??
      outcomes.find(({ kind }) => kind === "failed")!;
  }
  return {
    kind: "done",
    results: done.flatMap(({ results }) => results),
    // Only where something did not fit does it matter.
    hadAllRoom: done.every(({ results, hadAllRoom }) =>
      hadAllRoom || results.every((result) => result.kind !== "error")
    ),
  };
}
