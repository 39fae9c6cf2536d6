import assert from "node:assert/strict";
import { macrotask } from "../../../core/host/macrotask.ts";
import { Simulation } from "../../../core/sim/simulation.ts";
import { CounterClerk, startCounter } from "../services/_counter.ts";
import { ServiceCluster } from "../services/service_cluster.ts";
import { Stage } from "../services/stage.ts";
import { Config } from "./config.ts";
import { type Interventions, NO_INTERVENTIONS, type StepKind } from "./interventions.ts";
import { SimWorld } from "./sim_world.ts";

/** Leaves out all steps of these kinds, and writes down which were due. */
class LeaveOut implements Interventions {
  readonly due: string[] = [];
  readonly wait: (span: number) => number;
  readonly #kinds: readonly StepKind[];

  constructor(kinds: readonly StepKind[], wait = NO_INTERVENTIONS.wait) {
    this.#kinds = kinds;
    this.wait = wait;
  }

  allows(kind: StepKind, whom: string | number): boolean {
    this.due.push(`${kind} ${whom}`);
    return !this.#kinds.includes(kind);
  }
}

/** Plays `scenario` with three servers. */
function play(
  interventions: Interventions,
  scenario: (config: Config) => Promise<void>,
): Promise<void> {
  const simulation = new Simulation({ seed: 1n, macrotask });
  return simulation.run(() =>
    scenario(new Config(new SimWorld(simulation, undefined, interventions), { servers: 3 }))
  );
}

Deno.test("Config: to start with is no step; what breaks, heals or proposes is one", async () => {
  const all = new LeaveOut([]);
  await play(all, async (config) => {
    assert.deepEqual(all.due, []);
    const leader = await config.checkOneLeader();
    assert.deepEqual(all.due, []);
    config.start((leader + 1) % 3, 1);
    config.start(leader, 1);
    config.disconnect(leader);
    config.disconnect(leader);
    config.connect(leader);
    config.crash1(leader);
    config.crash1(leader);
    config.restart(leader);
    config.setSlowLink(0, 1, 5);
    assert.deepEqual(all.due, [
      `propose ${leader}`,
      `cut ${leader}`,
      `reconnect ${leader}`,
      `crash ${leader}`,
      `restart ${leader}`,
      `reconnect ${leader}`,
      "slow link 0>1",
    ]);
    config.cleanup();
  });
});

Deno.test("Config: a server whose crash is left out counts as down until it is restarted, and goes on all the time", async () => {
  const none = new LeaveOut(["crash"]);
  await play(none, async (config) => {
    const leader = await config.checkOneLeader();
    const { term } = config.getState(leader);
    config.crash1(leader);
    assert.equal(config.isUp(leader), false);
    await config.sleep(1000);
    config.restart(leader);
    assert.equal(config.isUp(leader), true);
    // A crash within a start is left out together with the start.
    config.start1(leader);
    assert.equal(config.isUp(leader), true);
    assert.equal(await config.checkOneLeader(), leader);
    assert.equal(config.getState(leader).term, term);
    assert.deepEqual(none.due, [`crash ${leader}`, `crash ${leader}`]);
    config.cleanup();
  });
});

Deno.test("Config: cuts, restarts, reconnections and proposals that are left out do not happen", async () => {
  await play(new LeaveOut(["cut"]), async (config) => {
    const leader = await config.checkOneLeader();
    config.disconnect(leader);
    assert.ok(config.isConnected(leader));
    config.cleanup();
  });
  await play(new LeaveOut(["restart", "propose"]), async (config) => {
    const leader = await config.checkOneLeader();
    assert.equal(config.start(leader, 1), undefined);
    config.crash1(leader);
    config.start1(leader);
    assert.equal(config.isUp(leader), false);
    config.cleanup();
  });
  await play(new LeaveOut(["reconnect"]), async (config) => {
    config.disconnect(0);
    config.connect(0);
    assert.equal(config.isConnected(0), false);
    assert.notEqual(await config.checkOneLeader(), 0);
    config.cleanup();
  });
});

Deno.test("Config: waits of a scenario can be shortened, its looks for agreement cannot", async () => {
  await play(new LeaveOut([], () => 0), async (config) => {
    await config.sleep(60_000);
    assert.equal(config.world.clock.now(), 0);
    await config.one(1, 3, true);
    assert.ok(config.world.clock.now() > 0);
    config.cleanup();
  });
});

Deno.test("ServiceCluster: crashes, cuts and partitions can be left out", async () => {
  const simulation = new Simulation({ seed: 1n, macrotask });
  const none = new LeaveOut(["crash", "cut", "partition"]);
  await simulation.run(async () => {
    const stage = new Stage(new SimWorld(simulation, undefined, none));
    const cluster = new ServiceCluster(stage, { servers: 3, start: startCounter() });
    for (const server of cluster.all) cluster.start(server);
    cluster.connectAll();
    assert.deepEqual(none.due, []);
    const clerk = new CounterClerk(stage, cluster, "a");
    await clerk.add();
    const leader = cluster.leader()!;
    const { currentTerm } = cluster.viewOf(leader);
    cluster.shutdown(leader);
    assert.equal(cluster.isUp(leader), false);
    cluster.disconnect(leader, cluster.all);
    cluster.partition([leader], cluster.all.filter((server) => server !== leader));
    await stage.sleep(2000);
    cluster.start(leader);
    assert.ok(cluster.isUp(leader));
    assert.equal(cluster.leader(), leader);
    assert.equal(cluster.viewOf(leader).currentTerm, currentTerm);
    assert.deepEqual(none.due, [`crash ${leader}`, `cut ${leader}`, "partition all"]);
    for (const server of cluster.all) cluster.kill(server);
    stage.close();
  });
});
