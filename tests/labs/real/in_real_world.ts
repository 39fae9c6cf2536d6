/** Simulated tests in the real world: the same scenarios on the wall clock, sockets and files. */

import type { LabTest } from "../lab_test.ts";

/** More than any test takes: the labs' own limit is 120 s, and is looked at when a test ends. */
const WALL_SECONDS_MAX = 150;

/** Says whether a test can be played in the real world. */
export function isPlayable(test: LabTest): boolean {
  return test.simulatedOnly === undefined;
}

/** Returns the same test, to be played in the real world; one that always is stays as it is. */
export function inRealWorld(test: LabTest): LabTest {
  if (test.realWorld !== undefined) return test;
  return { ...test, realWorld: { wallSecondsMax: WALL_SECONDS_MAX, isByChoice: true } };
}
