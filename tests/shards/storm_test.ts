import assert from "node:assert/strict";
import { macrotask } from "../../core/host/macrotask.ts";
import { Simulation } from "../../core/sim/simulation.ts";
import { SimWorld } from "../labs/harness/sim_world.ts";
import { storm, type StormReport } from "./storm.ts";

async function play(seed: bigint): Promise<{ report: StormReport; hash: string }> {
  const simulation = new Simulation({ seed, macrotask });
  const report = await simulation.run(() => storm(new SimWorld(simulation)));
  return { report, hash: simulation.hash() };
}

Deno.test("shardkv/storm: whatever happens, the store comes to rest and nothing was lost or done twice", async () => {
  let arrivals = 0;
  for (let seed = 1n; seed <= 8n; seed++) {
    const { report } = await play(seed);
    assert.ok(report.operations > 0, `seed ${seed}: nobody did anything`);
    arrivals += report.arrivals;
  }
  assert.ok(arrivals > 100, `shards have moved ${arrivals} times only`);
});

Deno.test("shardkv/storm: the same seed gives the same storm", async () => {
  assert.deepEqual(await play(3n), await play(3n));
});

Deno.test("regression: groups that are a hundred configurations behind follow them all (seed 1198)", async () => {
  const { report } = await play(1198n);
  assert.ok(report.configurations > 200);
});
