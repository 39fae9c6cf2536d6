/** Declares lab tests to `deno test`. */

import assert from "node:assert/strict";
import { SIMULATED_TESTS } from "./mod.ts";
import { runLabTest } from "./run_lab_test.ts";

/** Plays each simulated test of a lab with these seeds; with the first one twice, to see whether it repeats. */
export function playLab(lab: string, seeds: readonly bigint[]): void {
  for (const test of SIMULATED_TESTS) {
    if (!test.lab.startsWith(lab)) continue;
    Deno.test(`${test.title} [${test.name}]`, async () => {
      const hashes: string[] = [];
      for (const seed of [seeds[0]!, ...seeds]) {
        const { verdict, reason, hash } = await runLabTest(test, seed);
        assert.equal(verdict, "pass", `seed ${seed}: ${reason}`);
        hashes.push(hash);
      }
      assert.equal(hashes[0], hashes[1], "the same seed gives the same run");
      assert.equal(new Set(hashes).size, seeds.length, "another seed gives another run");
    });
  }
}
