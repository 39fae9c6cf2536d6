/** Which test of lab 3 notices which planted mistake, and by what. */

import assert from "node:assert/strict";
import { mistakeNamed, withMistake } from "../../bugs/mod.ts";
import { LAB_TESTS } from "../mod.ts";
import { runLabTest } from "../run_lab_test.ts";

const SEEDS_MAX = 10n;

/** Says that a test fails with one of a few seeds, for this reason. */
function notices(name: string, mistake: string, reason: RegExp): void {
  Deno.test(`${name} notices ${mistake}`, async () => {
    const test = LAB_TESTS.find((each) => each.name === name)!;
    const mistaken = withMistake(test, mistakeNamed(mistake));
    const reasons: string[] = [];
    for (let seed = 1n; seed <= SEEDS_MAX; seed++) {
      reasons.push((await runLabTest(mistaken, seed)).reason ?? "passed");
      if (reason.test(reasons.at(-1)!)) return;
    }
    assert.fail(reasons.join("\n"));
  });
}

const NOT_LINEARIZABLE = /^history is not linearizable/;

notices("TestStrictStaleReads3A", "read-without-asking-others", NOT_LINEARIZABLE);
notices("TestStrictStaleReads3A", "reads-local-state", NOT_LINEARIZABLE);
notices("TestOnePartition3A", "read-without-asking-others", /^get in minority completed/);
notices("TestOnePartition3A", "answers-when-proposed", /^put in minority completed/);
notices("TestUnreliableOneKey3A", "executes-duplicates", /^duplicate element/);
notices("TestUnreliableOneKey3A", "new-number-for-each-attempt", /^duplicate element/);
notices(
  "TestStrictSwarm3B",
  "sessions-not-in-snapshot",
  /^StateAgreement|^get wrong value|^history is not/,
);
notices("TestSnapshotSize3B", "never-compacts", /^logs were not trimmed/);
notices("TestStrictSnapshotRPC3B", "never-compacts", /^server \d still has entry/);
notices("TestBasic3A", "snapshots-though-not-asked", /should not be used/);
