/** The tests of lab 3 fail for services that make mistakes. */

import assert from "node:assert/strict";
import { runLabTest } from "../run_lab_test.ts";
import { generic } from "../scenarios/kv_generic.ts";
import { oneKey } from "../scenarios/kv_one_key.ts";
import { onePartition } from "../scenarios/kv_one_partition.ts";
import { installSnapshotIndeed, snapshotSize } from "../scenarios/kv_snapshots.ts";
import { staleReads } from "../scenarios/kv_stale_reads.ts";
import {
  ALWAYS_SNAPSHOTS,
  FORGETS_SESSIONS,
  NO_SNAPSHOTS,
  NOT_ONCE,
  STALE_READS,
} from "./_mistaken_kv.ts";
import { kvTest, type KvTestDefinition } from "./define_kv.ts";

/** Says that a test fails, with one of a few seeds at least, for this reason. */
function notices(what: string, reason: RegExp, definition: Partial<KvTestDefinition>): void {
  Deno.test(`lab 3 notices ${what}`, async () => {
    const test = kvTest({
      lab: "3A",
      name: what,
      title: what,
      servers: 3,
      scenario: () => Promise.resolve(),
      ...definition,
    });
    const reasons: string[] = [];
    for (let seed = 1n; seed <= 10n && !reasons.some((text) => reason.test(text)); seed++) {
      reasons.push((await runLabTest(test, seed)).reason ?? "passed");
    }
    assert.match(reasons.at(-1)!, reason, reasons.join("\n"));
  });
}

const titles = ["a", "b", "c"] as const;

notices("reads of a leader that leads no more", /^history is not linearizable/, {
  servers: 5,
  start: STALE_READS,
  scenario: staleReads,
});

notices("a minority that answers", /^get in minority completed/, {
  servers: 5,
  start: STALE_READS,
  scenario: (config) => onePartition(config, { titles, getCompletes: true }),
});

notices("commands that are carried out twice", /^duplicate element/, {
  unreliable: true,
  start: NOT_ONCE,
  scenario: oneKey,
});

notices("sessions that are not in the snapshot", /^(get wrong value|duplicate element)/, {
  unreliable: true,
  maxRaftState: 1000,
  start: FORGETS_SESSIONS,
  scenario: (config) => generic(config, { clients: 5, partitions: true, crash: true }),
});

notices("logs that are not trimmed", /^logs were not trimmed/, {
  start: NO_SNAPSHOTS,
  scenario: (config) => snapshotSize(config, 1000),
});

notices("a snapshot that was not needed", /^server \d still has entry/, {
  start: NO_SNAPSHOTS,
  scenario: (config) => installSnapshotIndeed(config, 1000),
});

notices("snapshots that nobody wanted", /should not be used/, {
  start: ALWAYS_SNAPSHOTS,
  scenario: (config) => generic(config, { clients: 1 }),
});
