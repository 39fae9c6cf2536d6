/** Real processes, killed in the middle of their work. The long form is `scripts/kill_rounds.ts`. */

import assert from "node:assert/strict";
import { systemRandom } from "../../core/host/mod.ts";
import { killRounds } from "./_kill_rounds.ts";
import { ProcessCluster } from "./_process_cluster.ts";

Deno.test("raft processes: killed at random under load, they lose nothing and agree", async () => {
  const report = await killRounds({
    rounds: 8,
    servers: 3,
    writers: 4,
    pause: 2,
    random: systemRandom(),
  });
  assert(report.acknowledged > 8 && report.kills >= 8, JSON.stringify(report));
});

Deno.test("raft processes: SIGTERM hands leadership over and exits with 0, and so it does for all", async () => {
  await using cluster = new ProcessCluster(3);
  await Promise.all(cluster.ids.map((id) => cluster.start(id)));
  const client = cluster.client();
  const first = await client.propose(new Uint8Array(1));
  assert.equal(first.kind, "committed");
  const leader = await client.findLeader();
  assert.deepEqual(await cluster.terminate([leader]), [0]);
  const next = await client.propose(new Uint8Array(1));
  assert(next.kind === "committed" && first.kind === "committed");
  assert.equal(next.number, 2);
  const others = cluster.ids.filter((id) => id !== leader);
  assert.deepEqual(await cluster.terminate(others), [0, 0]);
  client.close();
  assert.deepEqual(cluster.said, []);
});
