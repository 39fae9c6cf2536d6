/**
 * The lab suites: every test of the course as data and a scenario, run by `deno test` and by `dist824 test`.
 *
 * @module
 */

import { CANARY_TESTS } from "./canary.ts";
import { LAB_1 } from "./lab1/mod.ts";
import { LAB_1_STRICT } from "./lab1_strict.ts";
import { LAB_2A } from "./lab2a.ts";
import { LAB_2B } from "./lab2b.ts";
import { LAB_2C } from "./lab2c.ts";
import { LAB_2D } from "./lab2d.ts";
import { LAB_2_STRICT } from "./lab2_strict.ts";
import { LAB_3_STRICT } from "./lab3_strict.ts";
import { LAB_3A } from "./lab3a.ts";
import { LAB_3B } from "./lab3b.ts";
import { LAB_4A, LAB_4A_STRICT } from "./lab4a.ts";
import { LAB_4B } from "./lab4b.ts";
import { LAB_4B_STRICT } from "./lab4b_strict.ts";
import { type LabTest, type Measured, TestFailure, UnknownVerdict } from "./lab_test.ts";

export { CANARY_TESTS, type LabTest, type Measured, TestFailure, UnknownVerdict };
export {
  type Outcome,
  runLabTest,
  type RunOptions,
  testSeed,
  type Verdict,
} from "./run_lab_test.ts";

/** All tests: those of the course in the reference's order, then the strict ones. */
export const LAB_TESTS: readonly LabTest[] = [
  ...LAB_1,
  ...LAB_2A,
  ...LAB_2B,
  ...LAB_2C,
  ...LAB_2D,
  ...LAB_3A,
  ...LAB_3B,
  ...LAB_4A,
  ...LAB_4B,
  ...LAB_1_STRICT,
  ...LAB_2_STRICT,
  ...LAB_3_STRICT,
  ...LAB_4A_STRICT,
  ...LAB_4B_STRICT,
];

/** Those of them that are played in a simulation: fast, and repeatable. */
export const SIMULATED_TESTS: readonly LabTest[] = LAB_TESTS.filter((test) =>
  test.realWorld === undefined
);
