/** What single switches are for, seen from outside a running cluster. */

import assert from "node:assert/strict";
import { type Millis, ms } from "../../core/base/units.ts";
import { macrotask } from "../../core/host/macrotask.ts";
import { type RaftOptions, SERVER_OPTIONS } from "../../core/raft/mod.ts";
import { Simulation } from "../../core/sim/mod.ts";
import { agree, Cluster, type ClusterOptions, type Up } from "./_cluster.ts";

const SEEDS = 20;

/** Time enough for an election in a healthy cluster. */
const ELECTION = ms(3000);

interface World {
  readonly cluster: Cluster;
  readonly simulation: Simulation;
  sleep(span: Millis): Promise<void>;
  /** The leader, once there is exactly one that all others follow. */
  leader(): Promise<Up>;
}

/** Runs `script` with a fresh cluster, once for each seed. */
async function forSeeds(
  options: ClusterOptions,
  script: (world: World) => Promise<void>,
): Promise<void> {
  for (let seed = 0; seed < SEEDS; seed++) {
    const simulation = new Simulation({ seed: BigInt(seed), macrotask });
    const run = async () => {
      const cluster = new Cluster(simulation, options);
      const sleep = (span: Millis) => simulation.clock.sleep(span);
      await script({ cluster, simulation, sleep, leader: () => leaderOf(cluster, sleep) });
    };
    await simulation.run(run).catch((cause) => assert.fail(`seed ${seed}: ${cause.stack}`));
  }
}

async function leaderOf(cluster: Cluster, sleep: (span: Millis) => Promise<void>): Promise<Up> {
  for (let waited = 0; waited < ELECTION; waited += 10) {
    const [leader] = cluster.leaders;
    const isFollowed = leader !== undefined &&
      cluster.up.every(({ node }) => node.view.leaderId === leader.node.view.id);
    if (isFollowed) return leader;
    await sleep(ms(10));
  }
  assert.fail("no leader was elected");
}

function raft(switches: Partial<RaftOptions>): ClusterOptions {
  return { size: 3, raft: { preVote: false, checkQuorum: false, ...switches } };
}

for (const preVote of [true, false]) {
  Deno.test(`raft/switches: a server that was cut off ${preVote ? "does not unseat" : "unseats"} the leader when it is back, PreVote ${preVote ? "on" : "off"}`, () =>
    forSeeds(raft({ preVote }), async ({ cluster, sleep, leader }) => {
      const before = await leader();
      const { id, currentTerm } = before.node.view;
      const lonely = cluster.ids.find((other) => other !== id)!;
      cluster.split([[lonely], cluster.ids.filter((other) => other !== lonely)]);
      await sleep(ms(2000));
      cluster.join();
      await sleep(ms(2000));
      const after = await leader();
      if (preVote) {
        assert.equal(after.node.view.id, id);
        assert.equal(after.node.view.currentTerm, currentTerm);
      } else assert(after.node.view.currentTerm > currentTerm);
    }));
}

Deno.test("raft/switches: with CheckQuorum, a leader that is cut off steps down within an election timeout", () =>
  forSeeds(raft({ checkQuorum: true }), async ({ cluster, sleep, leader }) => {
    const { node } = await leader();
    await sleep(ms(200));
    const { id, currentTerm } = node.view;
    cluster.split([[id], cluster.ids.filter((other) => other !== id)]);
    await sleep(ms(SERVER_OPTIONS.electionTimeoutMax + 10));
    assert.notEqual(node.view.role, "leader");
    assert.equal(node.view.leaderId, undefined);
    assert(node.view.currentTerm <= currentTerm + 1);
  }));

Deno.test("raft/switches: without CheckQuorum, it stays leader in its own eyes", () =>
  forSeeds(raft({}), async ({ cluster, sleep, leader }) => {
    const { node } = await leader();
    const { id } = node.view;
    cluster.split([[id], cluster.ids.filter((other) => other !== id)]);
    await sleep(ms(3000));
    assert.equal(node.view.role, "leader");
    assert.equal(cluster.leaders.length, 2);
  }));

Deno.test("raft/switches: leadership moves under load, quickly, and no command is lost or doubled", () =>
  forSeeds({ size: 3, raft: {} }, async ({ cluster, simulation, sleep, leader }) => {
    await leader();
    const offered: string[] = [];
    const taken: string[] = [];
    const client = simulation.spawn(async () => {
      for (let i = 0; i < 400; i++) {
        offered.push(`${i}`);
        const [leading] = cluster.leaders;
        if (leading && cluster.propose(leading, `${i}`)) taken.push(`${i}`);
        await sleep(ms(2));
      }
    });
    for (let move = 0; move < 5; move++) {
      await sleep(ms(120));
      const from = await leader();
      from.node.transferLeadership();
      await sleep(ms(30));
      const to = await leader();
      assert.notEqual(to.node.view.id, from.node.view.id);
      assert.equal(to.node.view.currentTerm, from.node.view.currentTerm);
    }
    await client;
    await sleep(ms(500));
    const { commands } = cluster.up[0]!;
    for (const up of cluster.up) assert.deepEqual(up.commands, commands);
    assert.equal(new Set(commands).size, commands.length);
    // An old leader that took a command right before it lost office may lose that command, but none before.
    assert(commands.length >= taken.length - 5, `${commands.length} of ${taken.length} are there`);
    assert(taken.length >= 350, `${taken.length} of ${offered.length} commands were taken`);
  }));

Deno.test("raft/switches: a leader that is cut off answers no read, though it does not know of the other one", () =>
  forSeeds(raft({}), async ({ cluster, sleep, leader }) => {
    const old = await leader();
    cluster.propose(old, "a");
    await sleep(ms(100));
    const { id } = old.node.view;
    const others = cluster.ids.filter((other) => other !== id);
    cluster.split([[id], others]);
    await sleep(ELECTION);
    const newer = cluster.leaders.find(({ node }) => node.view.id !== id)!;
    cluster.propose(newer, "b");
    await sleep(ms(100));
    assert.deepEqual(newer.commands, ["a", "b"]);

    const answers: (number | undefined)[] = [];
    old.node.read(({ index }) => answers.push(index));
    await sleep(ms(1000));
    assert.equal(answers.length, 0);
    cluster.join();
    await sleep(ms(1000));
    assert.deepEqual(answers, [undefined]);
  }));

Deno.test("raft/switches: a read on a leader sees every command acknowledged before it", () =>
  forSeeds({ size: 5, raft: {} }, async ({ cluster, sleep, leader }) => {
    const { node } = await leader();
    cluster.network.setReliable(false);
    let reads = 0;
    for (let i = 0; i < 50; i++) {
      const known = cluster.appliedAnywhere;
      cluster.propose(cluster.leaders[0]!, `${i}`);
      node.read(({ index }) => {
        if (index !== undefined) {
          reads++;
          assert(index >= known);
        }
      });
      await sleep(ms(20));
    }
    assert(reads > 0);
  }));

Deno.test("raft/switches: many commands share few writes when the disk is slow", () =>
  forSeeds(
    { size: 3, raft: {}, disk: { syncDelayMin: ms(10), syncDelayMax: ms(10) } },
    async ({ cluster, sleep, leader }) => {
      const leading = await leader();
      await sleep(ms(100));
      for (let i = 0; i < 100; i++) {
        for (let j = 0; j < 10; j++) cluster.propose(leading, `${i}/${j}`);
        await sleep(ms(1));
      }
      await sleep(ms(60));
      assert.equal(
        leading.commands.length,
        1000,
        "ten writes of 10 ms could not do that one by one",
      );
    },
  ));

Deno.test("raft/switches: a server that comes back with an old log gets a snapshot, in pieces, over a bad network", () =>
  forSeeds(
    { size: 3, raft: { snapshotChunkBytes: 50 } },
    async ({ cluster, sleep, leader }) => {
      const leading = await leader();
      const away = cluster.ids.find((id) => id !== leading.node.view.id)!;
      cluster.crash(away, true);
      for (let i = 0; i < 100; i++) {
        cluster.propose(leading, `command ${i}`);
        await sleep(ms(2));
      }
      await sleep(ms(100));
      assert.equal(leading.commands.length, 100);
      cluster.network.setReliable(false);
      cluster.start(away);
      for (
        let waited = 0;
        waited < 20_000 && cluster.at(away)!.commands.length < 100;
        waited += 50
      ) {
        await sleep(ms(50));
      }
      assert.deepEqual(cluster.at(away)!.commands, leading.commands);
      assert(cluster.at(away)!.node.view.log.lastIncludedIndex >= 90);
    },
  ));

Deno.test("raft/switches: an idle cluster agrees, and stays as it is", () =>
  forSeeds({ size: 5, raft: {} }, async ({ cluster, sleep, leader }) => {
    const { node } = await leader();
    const { currentTerm } = node.view;
    await sleep(ms(60_000));
    assert.equal(node.view.role, "leader");
    assert.equal(node.view.currentTerm, currentTerm);
    assert(agree(cluster.up.map((up) => up.node.view)));
  }));
