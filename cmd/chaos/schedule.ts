/** Which faults come when: everything that is drawn before anything happens, so that a seed means one schedule. */

import type { Random } from "../../core/base/mod.ts";
import type { FaultKind, Round, Victim } from "./faults.ts";

/** What a schedule is for. */
export interface ScheduleOptions {
  readonly random: Random;
  readonly faults: readonly FaultKind[];
  /** How many servers each group has. */
  readonly groups: readonly number[];
}

/** Kinds that hit servers, of which there may be several; all others but the network's hit one. */
const SEVERAL: ReadonlySet<FaultKind> = new Set(["kill", "freeze", "torn-write"]);
const NETWORK: ReadonlySet<FaultKind> = new Set(["delay", "loss", "duplicate", "cut"]);

/**
 * Draws round after round, without end. Of every few rounds each kind has one: nothing is left out by chance in a
 * schedule that is long enough.
 */
export function* schedule(options: ScheduleOptions): Generator<Round, never> {
  const { random, faults, groups } = options;
  for (let number = 1;;) {
    for (const kind of shuffled(faults, random.child(`kinds/${number}`))) {
      yield drawRound(number, kind, groups, random.child(`round/${number}`));
      number++;
    }
  }
}

function drawRound(
  number: number,
  kind: FaultKind,
  groups: readonly number[],
  random: Random,
): Round {
  const group = random.below(groups.length);
  return {
    number,
    kind,
    group,
    victims: drawVictims(kind, groups[group]!, random),
    calmMs: random.between(100, 400),
    holdMs: random.between(300, 2500),
    degree: random.between(1, 100),
    variant: random.chance(1, 2) ? 1 : 0,
  };
}

/** Half of the time the leader is among them: it is the one whom most depends on. */
function drawVictims(kind: FaultKind, size: number, random: Random): Victim[] {
  if (NETWORK.has(kind)) return [];
  const minority = Math.max(1, (size - 1) >> 1);
  const count = !SEVERAL.has(kind)
    ? random.between(1, minority)
    : random.chance(2, 3)
    ? 1
    : random.between(1, size);
  const victims: Victim[] = random.chance(1, 2) ? ["leader"] : [];
  while (victims.length < count) victims.push(random.below(size - victims.length));
  return victims;
}

function shuffled<T>(values: readonly T[], random: Random): T[] {
  const result = [...values];
  for (let last = result.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [result[last], result[other]] = [result[other]!, result[last]!];
  }
  return result;
}
