/** The course's tests of lab 4 print no numbers, and count no operations. */

import type { Measured, Passed } from "../lab_test.ts";

/** Takes the count of operations out of what a test measured. */
export function withoutOps({ ops: _, segments, ...passed }: Passed): Passed {
  return {
    ...passed,
    ...(segments !== undefined && {
      segments: segments.map(({ title, measured }) => ({ title, measured: uncounted(measured) })),
    }),
  };
}

function uncounted({ ops: _, ...measured }: Measured): Measured {
  return measured;
}
