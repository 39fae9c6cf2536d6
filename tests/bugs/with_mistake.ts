/** Lab tests on servers that get something wrong. */

import type { LabTest } from "../labs/lab_test.ts";
import type { Mistake } from "./mistake.ts";

/** The same test, but every server in it makes the mistake. */
export function withMistake(test: LabTest, mistake: Mistake): LabTest {
  return { ...test, mistake };
}
