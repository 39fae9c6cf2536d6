/** Real nodes on loopback and on files: they find each other, elect, replicate, hand over, and come back. */

import assert from "node:assert/strict";
import { serverId } from "../../core/base/mod.ts";
import { WalError } from "../../core/host/mod.ts";
import { Node } from "../../core/server/node/mod.ts";
import { eventually, TestCluster } from "./_cluster.ts";

Deno.test("node: three servers elect a leader, and all apply what it is told, in order", async () => {
  await using cluster = new TestCluster(3);
  const nodes = await cluster.startAll();
  const leader = await cluster.leader();
  const commands = Array.from({ length: 100 }, (_, i) => `${i}`);
  for (const command of commands) leader.propose(command);
  await eventually(() => nodes.every((each) => each.commands.length === 100));
  for (const each of nodes) assert.deepEqual(each.commands, commands);
});

Deno.test("node: what is acknowledged is there after all were stopped", async () => {
  await using cluster = new TestCluster(3);
  await cluster.startAll();
  const leader = await cluster.leader();
  leader.propose("kept");
  await eventually(() => leader.commands.length === 1);
  for (const id of [1, 2, 3]) await cluster.stop(id);
  await cluster.startAll();
  await cluster.leader();
  await eventually(() => cluster.running.every((each) => each.commands[0] === "kept"));
});

Deno.test("node: its status says how it and the others are doing", async () => {
  await using cluster = new TestCluster(3);
  await cluster.startAll();
  const leader = await cluster.leader();
  leader.propose("x");
  await eventually(() => leader.node.status().peers.every(({ lag }) => lag === 0));
  const status = leader.node.status();
  assert.equal(JSON.stringify(JSON.parse(JSON.stringify(status))), JSON.stringify(status));
  assert.equal(status.role, "leader");
  assert.equal(status.leaderId, status.id);
  assert.equal(status.clusterId, "test");
  assert.equal(status.commitIndex, status.lastIndex);
  assert.equal(status.firstIndex, 1);
  assert.equal(status.disk.condition, "ok");
  assert(status.disk.syncs > 0 && status.disk.logBytes > 0);
  assert.deepEqual(status.peers.map(({ id }) => id), [1, 2, 3].filter((id) => id !== status.id));
  for (const peer of status.peers) {
    assert.equal(peer.matchIndex, status.lastIndex);
    assert(peer.lastContactMs! < 10_000);
    assert.match(peer.address, /^127\.0\.0\.1:\d+$/);
  }
  const follower = cluster.running.find((each) => each !== leader)!.node.status();
  assert.equal(follower.role, "follower");
  const known = follower.peers.filter(({ lastContactMs }) => lastContactMs !== undefined);
  assert.deepEqual(known.map(({ id }) => id), [status.id]);
});

Deno.test("node: a leader that hands over has a successor before it is closed", async () => {
  await using cluster = new TestCluster(3);
  await cluster.startAll();
  const before = await cluster.leader();
  before.propose("x");
  await before.node.handOver();
  const { role, leaderId } = before.raft.view;
  assert.equal(role, "follower");
  assert.notEqual(leaderId, before.raft.view.id);
  const successor = await cluster.leader();
  assert.notEqual(successor, before);
  await eventually(() => successor.commands.length === 1);
});

Deno.test("node: a server that is about to be closed does not lead again", async () => {
  await using cluster = new TestCluster(1);
  const only = await cluster.start(1);
  await cluster.leader();
  await only.node.handOver();
  assert.equal(only.raft.view.role, "follower");
  assert(only.node.status().abstains);
});

Deno.test("node: handing over to nobody ends by itself", async () => {
  await using cluster = new TestCluster(3);
  await cluster.startAll();
  const leader = await cluster.leader();
  for (const id of [1, 2, 3].filter((each) => each !== leader.raft.view.id)) await cluster.stop(id);
  await leader.node.handOver();
  assert.equal(leader.raft.view.role, "follower");
});

Deno.test("node: a folder in use, of another server or of another cluster is refused with advice", async () => {
  await using cluster = new TestCluster(3);
  await cluster.start(1);
  const refusals = [
    [cluster.options(1), "locked", /another process uses this folder\. Stop that process, or/],
  ] as const;
  for (const [options, reason, message] of refusals) await refuses(options, reason, message);
  await cluster.stop(1);
  const dataFolder = cluster.dataFolder(1);
  await refuses(
    cluster.options(2, { dataFolder }),
    "foreign",
    /belongs to server 1 of cluster "test", this is server 2 .* Start each server with its own/,
  );
  await refuses(
    cluster.options(1, { clusterId: "other" }),
    "foreign",
    /belongs to server 1 of cluster "test", this is server 1 of cluster "other"/,
  );
  const peers = new Map([...cluster.peers, [serverId(4), { hostname: "127.0.0.1", port: 1 }]]);
  await refuses(
    cluster.options(1, { peers }),
    "foreign",
    /its cluster has the servers 1, 2, 3, not 1, 2, 3, 4\. Nothing was changed/,
  );
  await refuses(
    cluster.options(1, { service: "something else" }),
    "foreign",
    /it holds the data of dist824-test, not of something else\. Nothing was changed/,
  );
  await Deno.writeTextFile(`${dataFolder}/members.json`, `{"servers":[1,2,3]}\n`);
  await cluster.start(1);
  await cluster.stop(1);
  assert.match(await Deno.readTextFile(`${dataFolder}/members.json`), /"service":/);
  await Deno.writeTextFile(`${dataFolder}/members.json`, "{");
  await refuses(cluster.options(1), "damaged", /members\.json is damaged/);
});

Deno.test("node: a damaged log is refused, with the file, the place and advice", async () => {
  await using cluster = new TestCluster(1);
  const node = await cluster.start(1);
  await cluster.leader();
  for (let i = 0; i < 10; i++) node.propose("x".repeat(100));
  await eventually(() => node.commands.length === 10);
  await cluster.stop(1);
  await using file = await openSegment(cluster.dataFolder(1));
  await file.write(600, 0xff);
  await refuses(cluster.options(1), "damaged", /is damaged at byte \d+: .*Nothing was changed/);
});

Deno.test("node: a port in use is refused, and the folder is given back", async () => {
  await using cluster = new TestCluster(2);
  const taken = Deno.listen({ hostname: "127.0.0.1", port: cluster.peers.get(serverId(1))!.port });
  await assert.rejects(Node.open(cluster.options(1)), Deno.errors.AddrInUse);
  taken.close();
  await cluster.start(1);
});

Deno.test("node: servers of different clusters or protocols do not talk to each other", async () => {
  for (const changes of [{ clusterId: "other" }, { protocol: "dist824-other" }]) {
    await using cluster = new TestCluster(2);
    const warnings: string[] = [];
    const log = {
      debug() {},
      info() {},
      warn: (message: string) => warnings.push(message),
      error() {},
    };
    await cluster.start(1, { log });
    await cluster.start(2, changes);
    await eventually(() =>
      warnings.includes("peer dropped") && warnings.includes("connect failed")
    );
    assert(cluster.running.every(({ raft }) => raft.view.role !== "leader"));
  }
});

async function refuses(
  options: Parameters<typeof Node.open>[0],
  reason: string,
  message: RegExp,
): Promise<void> {
  await assert.rejects(Node.open(options), (error) => {
    assert(error instanceof WalError, String(error));
    assert.equal(error.reason, reason);
    assert.match(error.message, message);
    return true;
  });
}

async function openSegment(folder: string): Promise<{
  write(offset: number, byte: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name);
  const name = names.filter((each) => /\d/.test(each)).sort()[0]!;
  const file = await Deno.open(`${folder}/${name}`, { write: true });
  return {
    async write(offset, byte) {
      await file.seek(offset, Deno.SeekMode.Start);
      await file.write(new Uint8Array([byte]));
    },
    [Symbol.asyncDispose]: () => Promise.resolve(file.close()),
  };
}
