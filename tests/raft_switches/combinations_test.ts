/** One scenario, all combinations of switches. */

import assert from "node:assert/strict";
import { ms } from "../../core/base/units.ts";
import type { RaftOptions } from "../../core/raft/mod.ts";
import type { DiskOptions } from "../../core/sim/disk.ts";
import { type Report, troubleThenPeace } from "./_scenario.ts";

const SEEDS = 48;

const WHOLE = Number.MAX_SAFE_INTEGER;
const SLOW_DISK: DiskOptions = { syncDelayMin: ms(1), syncDelayMax: ms(10) };

/** The switches that a seed combines by itself: each of the eight combinations in turn. */
function drawn(seed: number): { raft: Partial<RaftOptions>; disk: DiskOptions } {
  return {
    raft: {
      inflightMax: seed % 2 === 0 ? 1 : 8,
      snapshotChunkBytes: (seed >> 1) % 2 === 0 ? 25 : WHOLE,
    },
    disk: (seed >> 2) % 2 === 0 ? {} : SLOW_DISK,
  };
}

async function trouble(
  size: number,
  switches: Partial<RaftOptions>,
  seeds = SEEDS,
): Promise<Report> {
  const total: Report = { commands: 0, reads: 0, terms: 0, snapshots: 0, transfers: 0 };
  for (let seed = 0; seed < seeds; seed++) {
    const { raft, disk } = drawn(seed);
    const report = await troubleThenPeace(seed, { size, raft: { ...raft, ...switches }, disk })
      .catch((cause) => assert.fail(`seed ${seed}: ${cause.stack}`));
    for (const key of Object.keys(total) as (keyof Report)[]) total[key] += report[key];
  }
  return total;
}

/** A run in which nothing happens proves nothing. */
function wasBusy(report: Report, seeds = SEEDS): void {
  assert(report.commands > 20 * seeds, `${report.commands} commands`);
  assert(report.reads > 5 * seeds, `${report.reads} reads`);
  assert(report.terms >= 2 * seeds, `${report.terms} terms`);
  assert(report.snapshots > seeds, `${report.snapshots} snapshots`);
  assert(report.transfers > seeds / 10, `${report.transfers} transfers`);
}

function scenario(size: number, preVote: boolean, checkQuorum: boolean, noOpOnElection: boolean) {
  return async () => {
    wasBusy(await trouble(size, { preVote, checkQuorum, noOpOnElection }));
  };
}

Deno.test("raft/switches: 3 servers", scenario(3, false, false, false));
Deno.test("raft/switches: 3 servers, no-op", scenario(3, false, false, true));
Deno.test("raft/switches: 3 servers, CheckQuorum", scenario(3, false, true, false));
Deno.test("raft/switches: 3 servers, CheckQuorum, no-op", scenario(3, false, true, true));
Deno.test("raft/switches: 3 servers, PreVote", scenario(3, true, false, false));
Deno.test("raft/switches: 3 servers, PreVote, no-op", scenario(3, true, false, true));
Deno.test("raft/switches: 3 servers, PreVote, CheckQuorum", scenario(3, true, true, false));
Deno.test("raft/switches: 3 servers, PreVote, CheckQuorum, no-op", scenario(3, true, true, true));
Deno.test("raft/switches: 5 servers", scenario(5, false, false, false));
Deno.test("raft/switches: 5 servers, no-op", scenario(5, false, false, true));
Deno.test("raft/switches: 5 servers, CheckQuorum", scenario(5, false, true, false));
Deno.test("raft/switches: 5 servers, CheckQuorum, no-op", scenario(5, false, true, true));
Deno.test("raft/switches: 5 servers, PreVote", scenario(5, true, false, false));
Deno.test("raft/switches: 5 servers, PreVote, no-op", scenario(5, true, false, true));
Deno.test("raft/switches: 5 servers, PreVote, CheckQuorum", scenario(5, true, true, false));
Deno.test("raft/switches: 5 servers, PreVote, CheckQuorum, no-op", scenario(5, true, true, true));

for (const size of [1, 2, 4, 7]) {
  Deno.test(`raft/switches: ${size} ${size === 1 ? "server" : "servers"}, as real servers run`, async () => {
    await trouble(size, { preVote: true, checkQuorum: true, noOpOnElection: true });
  });
}

Deno.test("raft/switches: the same seed gives the same run", async () => {
  const run = () => troubleThenPeace(7, { size: 5, ...drawn(7) });
  assert.deepEqual(await run(), await run());
});
