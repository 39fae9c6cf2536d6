/** What `--real` makes of the tests that a command line asks for. */

import type { LabTest } from "../../tests/labs/lab_test.ts";
import { inRealWorld, isPlayable } from "../../tests/labs/real/in_real_world.ts";
import { UsageError } from "../errors.ts";

/** The tests of a run in the real world. */
export interface RealSelection {
  readonly tests: readonly LabTest[];
  /** Those that cannot be played there. */
  readonly leftOut: readonly LabTest[];
}

/**
 * Takes the tests that can be played in the real world, to be played there.
 *
 * @throws {UsageError} If there is none.
 */
export function selectReal(tests: readonly LabTest[]): RealSelection {
  const playable = tests.filter(isPlayable);
  const leftOut = tests.filter((test) => !isPlayable(test));
  const first = leftOut[0];
  if (playable.length === 0 && first !== undefined) {
    throw new UsageError(
      `--real: ${first.name} cannot be played in the real world: ${first.simulatedOnly}`,
    );
  }
  return { tests: playable.map(inRealWorld), leftOut };
}

/** Says whether a test could be simulated, but is to be played in the real world. */
export function isRealByChoice({ realWorld }: LabTest): boolean {
  return realWorld?.isByChoice ?? false;
}

/** What is to be known of a run in the real world; nothing about another one. */
export function realWorldLines({ tests, leftOut }: RealSelection): string {
  if (!tests.some(isRealByChoice)) return "";
  const lines =
    "In the real world, on the wall clock, with sockets and files: not deterministic.\n" +
    "The seed decides the workload and the faults, not what comes of them.\n";
  if (leftOut.length === 0) return lines;
  const count = leftOut.length === 1 ? "1 test is" : `${leftOut.length} tests are`;
  return `${lines}${count} left out: dist824 test --list --real says why.\n`;
}
