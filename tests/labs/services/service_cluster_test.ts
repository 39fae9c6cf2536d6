import assert from "node:assert/strict";
import { InvariantError } from "../../../core/base/errors.ts";
import { macrotask } from "../../../core/host/macrotask.ts";
import { Simulation } from "../../../core/sim/simulation.ts";
import { SimWorld } from "../harness/sim_world.ts";
import { TestFailure } from "../lab_test.ts";
import { CounterClerk, startCounter } from "./_counter.ts";
import { ServiceCluster, type ServiceClusterOptions } from "./service_cluster.ts";
import { Stage } from "./stage.ts";

/** Plays a scenario with three connected servers. */
function play(
  scenario: (stage: Stage, cluster: ServiceCluster) => Promise<void>,
  options: Partial<ServiceClusterOptions> = {},
): Promise<void> {
  const simulation = new Simulation({ seed: 1n, macrotask });
  return simulation.run(async () => {
    const stage = new Stage(new SimWorld(simulation));
    const cluster = new ServiceCluster(stage, { servers: 3, start: startCounter(), ...options });
    for (const server of cluster.all) cluster.start(server);
    cluster.connectAll();
    await scenario(stage, cluster);
    for (const server of cluster.all) cluster.kill(server);
    stage.close();
  });
}

Deno.test("ServiceCluster: servers keep their state when all of them are shut down", async () => {
  await play(async (stage, cluster) => {
    const clerk = new CounterClerk(stage, cluster, "a");
    for (let count = 1; count <= 100; count++) assert.equal(await clerk.add(), count);
    assert.ok(cluster.logSize() > 0 && cluster.logSize() < 2000);
    assert.ok(cluster.snapshotSize() > 0);
    for (const server of cluster.all) cluster.shutdown(server);
    assert.equal(cluster.leader(), undefined);
    await stage.sleep(1000);
    for (const server of cluster.all) cluster.start(server);
    cluster.connectAll();
    assert.equal(await clerk.add(), 101);
  });
});

Deno.test("ServiceCluster: a majority whose servers hear each other is not hindered", async () => {
  await play(async (_stage, cluster) => {
    assert.ok(cluster.isUnhindered);
    cluster.shutdown(0);
    assert.ok(cluster.isUnhindered);
    cluster.start(0);
    assert.ok(!cluster.isUnhindered, "it runs, and nobody hears it");
    cluster.connect(0, [1]);
    assert.ok(!cluster.isUnhindered);
    cluster.connect(0, [2]);
    assert.ok(cluster.isUnhindered);
    cluster.partition([0], [1, 2]);
    assert.ok(!cluster.isUnhindered);
    cluster.shutdown(0);
    assert.ok(cluster.isUnhindered);
    cluster.shutdown(1);
    assert.ok(!cluster.isUnhindered);
    await Promise.resolve();
  });
});

Deno.test("ServiceCluster: the leader is in the minority of makePartition(), which stands still", async () => {
  await play(async (stage, cluster) => {
    await new CounterClerk(stage, cluster, "a").add();
    const [majority, minority] = cluster.makePartition();
    assert.deepEqual([majority.length, minority.length], [2, 1]);
    assert.equal(minority.at(-1), cluster.leader());
    cluster.partition(majority, minority);
    let isStuck = true;
    const inMinority = new CounterClerk(stage, cluster, "minority", minority);
    const stuck = inMinority.add();
    stuck.then(() => isStuck = false);
    assert.equal(await new CounterClerk(stage, cluster, "majority", majority).add(), 2);
    await stage.sleep(2000);
    assert.ok(isStuck);
    cluster.connectAll();
    inMinority.ends.connect(cluster.all);
    assert.equal(await stuck, 3);
  });
});

Deno.test("ServiceCluster: replicas whose states differ are found out", async () => {
  const differs = play(async (stage, cluster) => {
    const clerk = new CounterClerk(stage, cluster, "a");
    for (let count = 0; count < 200; count++) await clerk.add();
  }, { start: startCounter((server) => server === 2 ? 3 : 1) });
  await assert.rejects(differs, (error) => {
    return error instanceof InvariantError && error.property === "StateAgreement";
  });
});

Deno.test("ServiceCluster: servers have names of their own on the network", async () => {
  await play(async (stage, cluster) => {
    const names = cluster.all.map((server) => `server-${server}`);
    const more = new ServiceCluster(stage, {
      servers: 3,
      start: startCounter(),
      nameOf: (server) => names[server]!,
    });
    for (const server of more.all) more.start(server);
    more.connectAll();
    await new CounterClerk(stage, cluster, "a").add();
    await stage.sleep(1000);
    assert.notEqual(more.leader(), undefined);
  });
});

Deno.test("Stage: a test that hangs fails after 120 s", async () => {
  const hangs = play(async (stage, cluster) => {
    for (const server of cluster.all) cluster.shutdown(server);
    await new CounterClerk(stage, cluster, "a").add();
  });
  await assert.rejects(hangs, new TestFailure("test took longer than 120 seconds"));
});
