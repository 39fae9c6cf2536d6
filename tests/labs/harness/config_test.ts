import assert from "node:assert/strict";
import type { TraceEvent } from "../../../core/base/ports.ts";
import { ms } from "../../../core/base/units.ts";
import { macrotask } from "../../../core/host/macrotask.ts";
import { Simulation } from "../../../core/sim/simulation.ts";
import { TestFailure } from "../lab_test.ts";
import type { ClusterOptions } from "./cluster.ts";
import { Config } from "./config.ts";
import { SimWorld } from "./sim_world.ts";

interface Surroundings {
  readonly options?: Partial<ClusterOptions>;
  readonly seed?: bigint;
  readonly events?: TraceEvent[];
}

/** Plays `scenario` with a cluster of three. */
function play<T>(
  scenario: (config: Config) => Promise<T>,
  { options, seed = 1n, events }: Surroundings = {},
): Promise<T> {
  const trace = events && { enabled: true, emit: (event: TraceEvent) => events.push(event) };
  const simulation = new Simulation({ seed, macrotask, ...(trace && { trace }) });
  return simulation.run(() =>
    scenario(new Config(new SimWorld(simulation), { servers: 3, ...options }))
  );
}

function seconds(config: Config): number {
  return config.world.clock.now() / 1000;
}

Deno.test("checkOneLeader() finds the leader after about half a second", async () => {
  await play(async (config) => {
    const leader = await config.checkOneLeader();
    assert.ok(config.getState(leader).isLeader);
    assert.ok(seconds(config) >= 0.45);
  });
});

Deno.test("checkOneLeader() gives up after ten rounds", async () => {
  await play(async (config) => {
    for (const server of [0, 1]) config.disconnect(server);
    await assert.rejects(config.checkOneLeader(), {
      name: "TestFailure",
      message: /^expected one leader, got none\nconnected: server 2, a candidate in term \d+$/,
    });
    assert.ok(seconds(config) >= 4.5 && seconds(config) <= 5.5);
    config.checkNoLeader();
  });
});

Deno.test("checkNoLeader() and checkTerms() look at connected servers only", async () => {
  await play(async (config) => {
    const leader = await config.checkOneLeader();
    assert.throws(() => config.checkNoLeader(), TestFailure);
    assert.equal(config.checkTerms(), config.getState(leader).term);
    config.disconnect(leader);
    config.checkNoLeader();
    await config.checkOneLeader();
    config.connect(leader);
    assert.throws(() => config.checkTerms(), new TestFailure("servers disagree on term"));
    for (const server of [0, 1, 2]) config.disconnect(server);
    assert.equal(config.checkTerms(), -1);
  });
});

Deno.test("one() has a command agreed on, and nCommitted() counts all servers", async () => {
  await play(async (config) => {
    assert.equal(await config.one(10, 3, false), 1);
    assert.equal(await config.one("ten", 3, false), 2);
    assert.deepEqual(config.nCommitted(2), { count: 3, command: "ten" });
    config.crash1(0);
    assert.deepEqual(config.nCommitted(2), { count: 3, command: "ten" });
    assert.deepEqual(config.nCommitted(3), { count: 0, command: undefined });
  });
});

Deno.test("one() without a majority fails: at once without retry, after ten seconds with it", async () => {
  for (const [retry, atLeast, atMost] of [[false, 2, 2.1], [true, 10, 12.1]] as const) {
    await play(async (config) => {
      const leader = await config.checkOneLeader();
      for (const step of [1, 2]) config.disconnect((leader + step) % 3);
      const begun = seconds(config);
      await assert.rejects(config.one(10, 2, retry), /one\(10\) failed to reach agreement/);
      const span = seconds(config) - begun;
      assert.ok(span >= atLeast && span <= atMost, `it took ${span} s`);
    });
  }
});

Deno.test("one() asks nobody who is cut off or down, and ends quietly after the test", async () => {
  await play(async (config) => {
    for (const server of [0, 1, 2]) config.disconnect(server);
    const waiting = config.spawn(() => config.one(10, 1, true));
    await config.sleep(1000);
    config.cleanup();
    assert.equal(await waiting, -1);
    assert.ok(seconds(config) < 1.1);
  });
});

Deno.test("wait() returns the command, or undefined when the term has passed, or fails after half a minute", async () => {
  await play(async (config) => {
    const leader = await config.checkOneLeader();
    const { term } = config.getState(leader);
    await config.one(10, 3, false);
    assert.equal(await config.wait(1, 3, term), 10);
    const begun = seconds(config);
    await assert.rejects(config.wait(2, 1), /only 0 decided for index 2; wanted 1/);
    assert.equal((seconds(config) - begun).toFixed(2), "30.71");
    config.disconnect(leader);
    assert.equal(await config.wait(2, 1, term), undefined);
  });
});

Deno.test("a restarted server has its log again, and a crashed one is down", async () => {
  await play(async (config) => {
    await config.one(10, 3, false);
    for (const server of [0, 1, 2]) config.crash1(server);
    assert.ok(!config.isUp(0) && !config.isConnected(0));
    assert.equal(config.start(0, 11), undefined);
    assert.throws(() => config.getState(0), TypeError);
    for (const server of [0, 1, 2]) config.restart(server);
    assert.equal(await config.one(11, 3, true), 2);
  });
});

Deno.test("two servers that are cut off cannot talk to each other", async () => {
  await play(async (config) => {
    const leader = await config.checkOneLeader();
    for (const step of [1, 2]) config.disconnect((leader + step) % 3);
    await config.sleep(3000);
    for (const step of [1, 2]) assert.ok(!config.getState((leader + step) % 3).isLeader);
  });
});

Deno.test("end() counts from begin(), and fails a test of more than 120 s", async () => {
  await play(async (config) => {
    await config.one(1, 3, false);
    config.begin("title");
    await config.one(2, 3, false);
    const measured = config.end();
    assert.equal(measured.peers, 3);
    assert.equal(measured.commits, 1);
    assert.ok(measured.seconds > 0 && measured.seconds < 1);
    assert.ok(measured.rpcs >= 2 && measured.bytes! > 0);
    await config.sleep(120_000 - seconds(config) * 1000);
    assert.equal(config.end().commits, 1);
    await config.sleep(1);
    assert.throws(() => config.end(), /longer than 120 seconds/);
  });
});

Deno.test("warn() goes to the trace and into the result of end()", async () => {
  const events: TraceEvent[] = [];
  const scenario = (config: Config) => {
    assert.equal(config.end().warnings, undefined);
    config.warn("look");
    assert.deepEqual(config.end().warnings, ["look"]);
    return Promise.resolve();
  };
  await play(scenario, { events });
  const [warning] = events.filter(({ topic, what }) => topic === "test" && what === "warning");
  assert.deepEqual(warning?.fields, { message: "look" });
});

Deno.test("snapshots keep the persisted state small, and a restarted service begins with the snapshot", async () => {
  await play(async (config) => {
    for (let i = 0; i < 25; i++) await config.one("x".repeat(100), 3, true);
    assert.ok(config.logSize() < 1500, `${config.logSize()} bytes`);
    for (const server of [0, 1, 2]) config.restart(server);
    assert.equal(config.nCommitted(20).count, 0);
    assert.equal(config.nCommitted(19).count, 3);
    assert.equal(await config.one("y", 3, true), 26);
  }, { options: { snapshot: true } });
});

Deno.test("a disk that tears unsynced writes loses nothing that was confirmed", async () => {
  const disk = { syncDelayMin: ms(1), syncDelayMax: ms(10) };
  await play(async (config) => {
    for (let round = 1; round <= 5; round++) {
      await config.one(round, 2, true);
      for (const server of [0, 1, 2]) config.restart(server);
    }
    await config.one(6, 3, true);
    for (let round = 1; round <= 5; round++) {
      assert.ok(config.nCommitted(round).count === 3);
    }
  }, { options: { disk } });
});
