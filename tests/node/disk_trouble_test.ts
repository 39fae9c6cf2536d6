/** What a real server does when its disk is full, stalls or fails. */

import assert from "node:assert/strict";
import { Node } from "../../core/server/node/mod.ts";
import { eventually, TestCluster, type TestNode } from "./_cluster.ts";
import { TroubleDisk } from "./_trouble_disk.ts";

/** Three servers on disks that the test can spoil. */
async function troubled(): Promise<
  { cluster: TestCluster; disks: Map<TestNode, TroubleDisk>; leader: TestNode }
> {
  const cluster = new TestCluster(3);
  const disks = new Map<TestNode, TroubleDisk>();
  for (const id of [1, 2, 3]) {
    const disk = new TroubleDisk(cluster.dataFolder(id));
    disks.set(await cluster.start(id, { disk }), disk);
  }
  return { cluster, disks, leader: await cluster.leader() };
}

for (const [trouble, condition] of [["full", "full"], ["stalled", "stalled"]] as const) {
  Deno.test(`node: a leader whose disk is ${trouble} steps down, another leads, and it comes back`, async () => {
    const { cluster, disks, leader } = await troubled();
    await using _ = cluster;
    disks.get(leader)!.trouble = trouble;
    leader.propose("during");
    const other = await cluster.leader(leader);
    assert.equal(leader.node.status().disk.condition, condition);
    assert(leader.node.status().abstains);
    assert.equal(leader.raft.propose(new Uint8Array(1)), undefined, "it takes no commands");
    other.propose("meanwhile");
    await eventually(() => other.commands.includes("meanwhile"));
    disks.get(leader)!.trouble = "none";
    await eventually(() => !leader.node.status().abstains);
    await eventually(() => leader.commands.includes("meanwhile"));
    assert.equal(leader.node.status().disk.condition, "ok");
    for (const each of cluster.running) assert.deepEqual(each.commands, other.commands);
    await other.node.handOver();
    await cluster.leader(other);
  });
}

Deno.test("node: a cluster whose disks are all full takes nothing, loses nothing, and comes back by itself", async () => {
  const { cluster, disks, leader } = await troubled();
  await using _ = cluster;
  leader.propose("before");
  await eventually(() => cluster.running.every((each) => each.commands.length === 1));
  for (const disk of disks.values()) disk.trouble = "full";
  leader.propose("during");
  await eventually(() => cluster.running.every(({ raft }) => raft.view.abstains));
  assert.deepEqual(leader.commands, ["before"], "it is not durable anywhere");
  for (const disk of disks.values()) disk.trouble = "none";
  const next = await cluster.leader();
  next.propose("after");
  await eventually(() => cluster.running.every((each) => each.commands.includes("after")));
  for (const each of cluster.running) assert.deepEqual(each.commands, next.commands);
});

Deno.test("node: failed storage stops the server: nothing is acknowledged, and the message says what to do", async () => {
  const { cluster, disks, leader } = await troubled();
  await using _ = cluster;
  disks.get(leader)!.trouble = "broken";
  leader.propose("lost or not");
  const error = await leader.node.failed;
  assert.match(
    error.message,
    /^Storage failed: Cannot sync ".*": input\/output error\. The server/,
  );
  assert.match(error.message, /start the server again with the same folder/);
  assert.equal(leader.raft.propose(new Uint8Array(1)), undefined);
  assert.equal(leader.node.status().disk.condition, "failed");
  const { length } = leader.applied;
  const { id } = leader.raft.view;
  await leader.node.close();
  const other = await eventually(() =>
    cluster.running.find(({ raft }) => raft.view.role === "leader" && raft.view.id !== id)
  );
  other.propose("goes on");
  await eventually(() => other.commands.includes("goes on"));
  assert.equal(leader.applied.length, length, "it applies nothing any more");
  disks.get(leader)!.trouble = "none";
  await cluster.stop(id);
  const again = await cluster.start(id);
  await eventually(() => again.commands.includes("goes on"));
});

Deno.test("node: a single server whose storage failed before it committed anything stops, too", async () => {
  await using cluster = new TestCluster(1);
  const disk = new TroubleDisk(cluster.dataFolder(1));
  const node = await Node.open(cluster.options(1, { disk }));
  const stopped = Promise.withResolvers<void>();
  disk.trouble = "broken";
  node.wal.persist({ hardState: { currentTerm: 1 as never, votedFor: undefined } }, () => {
    assert.fail("nothing becomes durable");
  });
  await node.failed;
  node.attach({
    view: undefined as never,
    abstain() {},
    transferLeadership() {},
    stop: () => stopped.resolve(),
  });
  await stopped.promise;
  await node.close();
});
