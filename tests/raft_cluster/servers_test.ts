/** A bare replicated log on loopback: what clients are told, and that replicas agree. */

import assert from "node:assert/strict";
import { logIndex, ms, serverId } from "../../core/base/mod.ts";
import { RealClock, RpcClient, systemRandom } from "../../core/host/mod.ts";
import { COMMAND_BYTES_MAX, RaftClient, type RaftServer } from "../../core/server/raft/mod.ts";
import { eventually } from "../node/_cluster.ts";
import { RaftCluster } from "./_cluster.ts";

function statuses(cluster: RaftCluster) {
  return [...cluster.servers.values()].map((server) => server.status());
}

/** Waits until all servers have applied the same number of commands. */
function allHave(cluster: RaftCluster, commands: number): Promise<boolean> {
  return eventually(() => statuses(cluster).every((status) => status.commands === commands));
}

function leaderOf(cluster: RaftCluster): Promise<[number, RaftServer]> {
  return eventually(() =>
    [...cluster.servers].find(([, server]) => server.status().role === "leader")
  );
}

Deno.test("raft servers: a proposal is answered with its place, whichever server is asked first", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  const first = await cluster.propose("a");
  assert.equal(first.number, 1);
  for (let i = 2; i <= 10; i++) {
    const client = cluster.newClient();
    const outcome = await client.propose(new Uint8Array([i]));
    client.close();
    assert(outcome.kind === "committed");
    assert.equal(outcome.number, i);
    assert(outcome.index > first.index);
  }
  await allHave(cluster, 10);
  assert.equal(new Set(statuses(cluster).map(({ fingerprint }) => fingerprint)).size, 1);
});

Deno.test("raft servers: the log can be read from any of them", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  for (const text of ["a", "b", "c"]) await cluster.propose(text);
  await allHave(cluster, 3);
  for (const id of cluster.peers.keys()) {
    const { entries, firstIndex, lastIndex } = await cluster.client.log(id, logIndex(0), 100);
    assert.deepEqual([firstIndex, entries[0]!.index], [1, 1]);
    assert.equal(entries.at(-1)!.index, lastIndex);
    const texts = entries.filter(({ kind }) => kind === "command")
      .map(({ command }) => new TextDecoder().decode(command));
    assert.deepEqual(texts, ["a", "b", "c"]);
    const middle = await cluster.client.log(id, logIndex(2), 2);
    assert.deepEqual(middle.entries.map(({ index }) => index), [2, 3]);
    assert.deepEqual((await cluster.client.log(id, logIndex(99), 2)).entries, []);
  }
});

Deno.test("raft servers: a part of the log is bounded, and the rest can be asked for", async () => {
  await using cluster = new RaftCluster(1);
  await cluster.startAll();
  for (let i = 0; i < 5; i++) await cluster.client.propose(new Uint8Array(600 * 1024));
  const { entries, lastIndex } = await cluster.client.log(serverId(1), logIndex(1), 100);
  assert(entries.at(-1)!.index < lastIndex);
  const rest = await cluster.client.log(serverId(1), logIndex(entries.at(-1)!.index + 1), 100);
  assert.equal(rest.entries[0]!.index, entries.at(-1)!.index + 1);
});

Deno.test("raft servers: leadership moves to the server that is named, and to another one", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  await cluster.propose("a");
  for (const id of [1, 2, 3].map(serverId)) {
    assert.deepEqual(await cluster.client.transfer(id), { kind: "transferred", leaderId: id });
    await eventually(() => cluster.servers.get(id)!.status().role === "leader");
    assert.deepEqual(await cluster.client.transfer(id), { kind: "transferred", leaderId: id });
  }
  const outcome = await cluster.client.transfer();
  assert(outcome.kind === "transferred" && outcome.leaderId !== 3);
  const refused = await cluster.client.transfer(serverId(9));
  assert.deepEqual(refused, {
    kind: "failed",
    reason: "there is no server 9, only 1, 2, 3",
  });
});

Deno.test("raft servers: a proposal that was certainly not taken is told apart from one that may have been", async () => {
  await using cluster = new RaftCluster();
  const nobody = cluster.newClient(50);
  const failed = await nobody.propose(new Uint8Array(1));
  nobody.close();
  assert.equal(failed.kind, "failed", "nobody was there to take it");

  await cluster.startAll();
  await cluster.propose("a");
  const [leader] = await leaderOf(cluster);
  for (const id of [1, 2, 3].filter((each) => each !== leader)) await cluster.stop(id);
  const client = new RaftClient({
    servers: new Map([[serverId(leader), cluster.peers.get(serverId(leader))!]]),
    clock: new RealClock(),
    random: systemRandom(),
    patience: ms(2000),
  });
  const lost = await client.propose(new Uint8Array(1));
  assert.equal(lost.kind, "uncertain", "a leader without followers took it, and stepped down");
  const later = await client.propose(new Uint8Array(1));
  assert.equal(later.kind, "failed");
  client.close();
});

Deno.test("raft servers: what is too large is refused, and what is no request drops the connection", async () => {
  await using cluster = new RaftCluster(1);
  const server = await cluster.start(1);
  const refused = await cluster.client.propose(new Uint8Array(COMMAND_BYTES_MAX + 1));
  assert.deepEqual(refused, {
    kind: "failed",
    reason: "a command has at most 8388608 bytes, this one 8388609",
  });
  const large = await cluster.client.propose(new Uint8Array(COMMAND_BYTES_MAX));
  assert.equal(large.kind, "committed");
  const garbage = new RpcClient(
    server.node.address,
    { protocol: "dist824-raft", version: 1, clusterId: "test" },
    { clock: new RealClock(), random: systemRandom() },
  );
  await assert.rejects(garbage.call("RaftClient", new Uint8Array([77])), { failure: "broken" });
  garbage.close();
  await cluster.propose("goes on");
});

Deno.test("raft servers: a client of another cluster is told so at once", async () => {
  await using cluster = new RaftCluster(1);
  await cluster.startAll();
  const client = new RaftClient({
    servers: cluster.peers,
    clusterId: "other",
    clock: new RealClock(),
    random: systemRandom(),
    patience: ms(30_000),
  });
  const outcome = await client.propose(new Uint8Array(1));
  assert(outcome.kind === "failed");
  assert.match(outcome.reason, /another cluster than "other"/);
  client.close();
});

Deno.test("raft servers: the log is compacted, restarts begin at the snapshot, and the fingerprint goes on", async () => {
  const compact = { snapshotBytes: 64 * 1024, wal: { segmentBytes: 32 * 1024 } };
  await using cluster = new RaftCluster();
  await cluster.start(1, compact);
  await cluster.start(2, compact);
  const command = new Uint8Array(1024);
  let total = 0;
  const fill = async (count: number) => {
    const outcomes = await Promise.all(
      Array.from({ length: count }, () => cluster.client.propose(command)),
    );
    assert(outcomes.every(({ kind }) => kind === "committed"));
    total += count;
  };
  while (statuses(cluster).some(({ firstIndex }) => firstIndex < 500)) await fill(200);
  await cluster.start(3, compact);
  await allHave(cluster, total);
  assert(cluster.servers.get(3)!.status().firstIndex > 1, "the third came by a snapshot");
  for (const id of [1, 2, 3]) await cluster.stop(id);
  await cluster.startAll(compact);
  await fill(10);
  await allHave(cluster, total);
  const found = statuses(cluster);
  assert.equal(new Set(found.map(({ fingerprint }) => fingerprint)).size, 1);
  for (const { firstIndex, lastIndex, disk } of found) {
    assert(lastIndex - firstIndex < 500, `${firstIndex} to ${lastIndex} are kept`);
    assert(disk.logBytes < 1024 * 1024, `${disk.logBytes} bytes`);
  }
});
