/**
 * Raft Figure 3: the five properties that hold at all times. The wire checks them after every step of every test here;
 * these tests make the steps as nasty as they can be.
 */

import assert from "node:assert/strict";
import { ms } from "../../core/base/units.ts";
import type { RaftOptions } from "../../core/raft/mod.ts";
import { Chaos, type ChaosReport } from "./_chaos.ts";

const RUNS = 250;
const DISTURBANCES = 1000;

/** Settings that make different things happen, a bit of `seed` each. */
function settings(seed: number): Partial<RaftOptions> {
  const bit = (position: number) => (seed >> position) % 2 === 1;
  return {
    preVote: bit(0),
    checkQuorum: bit(1),
    noOpOnElection: bit(2),
    inflightMax: bit(3) ? 1 : 8,
    snapshotChunkBytes: bit(4) ? 3 : 1000,
    appendEntriesMax: bit(5) ? 2 : 1000,
    commitNoticeDelay: ms(bit(6) ? 0 : 5),
  };
}

function run(size: number, slowDisk: boolean): ChaosReport {
  const total = { committed: 0, terms: 0, reads: 0, snapshots: 0, crashes: 0 };
  for (let seed = 0; seed < RUNS; seed++) {
    const chaos = new Chaos(BigInt(seed), size, settings(seed), slowDisk);
    chaos.disturb(DISTURBANCES);
    const report = chaos.heal();
    for (const key of Object.keys(total) as (keyof ChaosReport)[]) total[key] += report[key];
  }
  return total;
}

for (const size of [1, 2, 3, 4, 5]) {
  for (const slowDisk of [false, true]) {
    Deno.test(`raft Figure 3: all properties hold whatever the order of events (${size} servers, ${slowDisk ? "slow" : "fast"} disks)`, () => {
      const { committed, terms, reads, snapshots, crashes } = run(size, slowDisk);
      // A run that does nothing breaks nothing.
      assert(committed > RUNS, `${committed} entries were committed`);
      assert(terms > RUNS, `${terms} terms began`);
      assert(reads > RUNS / 10, `${reads} reads were answered`);
      // Of two servers, both hold whatever is committed; neither ever needs the other's snapshot.
      assert(snapshots > 0 || size <= 2, `${snapshots} snapshots were installed`);
      assert(crashes > RUNS / 10, `${crashes} servers crashed`);
    });
  }
}
