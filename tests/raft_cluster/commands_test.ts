/** `dist824 raft …` in this process, against servers in this process. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { type MemoryEnv, memoryEnv } from "../../cmd/memory_env.ts";
import { run } from "../../cmd/mod.ts";
import { serverId } from "../../core/base/mod.ts";
import { freePorts } from "../../core/host/mod.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { addressText } from "../../core/server/node/mod.ts";
import { eventually } from "../node/_cluster.ts";
import { RaftCluster } from "./_cluster.ts";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function dist824(args: readonly string[], env: MemoryEnv = memoryEnv()): Promise<Ran> {
  const code = await run(["raft", ...args], env);
  return { code, out: env.out(), err: env.err() };
}

/** The option that names all servers of a cluster, with their numbers. */
function named(cluster: RaftCluster): string[] {
  const list = [...cluster.peers].map(([id, address]) => `${id}=${addressText(address)}`);
  return ["--servers", list.join(",")];
}

/** The same with one address only. */
function found(cluster: RaftCluster): string[] {
  return ["--servers", addressText(cluster.peers.get(serverId(1))!)];
}

Deno.test("raft propose: a text, standard input, a file, and a command for each line", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  const text = await dist824(["propose", "hello", ...found(cluster)]);
  assert.match(text.out, /^index \d+, term \d+, command 1\n$/);
  const stdin = memoryEnv({ stdin: "two\nlines" });
  assert.match((await dist824(["propose", ...named(cluster)], stdin)).out, /command 2\n$/);
  const file = cluster.folder.file("input");
  await Deno.writeFile(file, new Uint8Array([0, 255]));
  const binary = await dist824(["propose", "--file", file, ...named(cluster)]);
  assert.match(binary.out, /command 3\n$/);
  const lines = memoryEnv({ stdin: "a\nb\n\nd\n" });
  const four = await dist824(["propose", "--lines", ...named(cluster)], lines);
  assert.equal(four.out.split("\n").length, 5);
  for (const ran of [text, binary, four]) assert.deepEqual([ran.code, ran.err], [0, ""]);

  const log = await dist824(["log", "--json", "--count", "100", ...named(cluster)]);
  const entries = log.out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const commands = entries.filter(({ kind }) => kind === "command");
  const first = commands.slice(0, 3).map(({ text, base64 }) => text ?? base64);
  assert.deepEqual(first, ["hello", "two\nlines", "AP8="]);
  assert.deepEqual(commands.slice(3).map(({ text }) => text).sort(), ["", "a", "b", "d"]);
});

Deno.test("raft propose: a file that is not there, and a command of a leader without followers", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  const missing = await dist824(["propose", "--file", "/no/such/file", ...named(cluster)]);
  assert.equal(missing.code, 1);
  assert.match(missing.err, /cannot read \/no\/such\/file/);
  await cluster.propose("x");
  const leader = await cluster.client.findLeader();
  for (const id of cluster.peers.keys()) if (id !== leader) await cluster.stop(id);
  const lost = await dist824(["propose", "x", ...named(cluster)]);
  assert.equal(lost.code, 3, lost.err);
  assert.match(lost.err, /^dist824 raft propose: nobody knows whether it is in the log: /);
  const refused = await dist824(["propose", "x", "--patience", "1", ...named(cluster)]);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /: it is not in the log: /);
});

Deno.test("raft status: a table and JSON, also of servers that do not answer", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  await cluster.propose("x");
  const leader = await cluster.client.findLeader();
  await eventually(() =>
    [...cluster.servers.values()].every((each) => each.status().commands === 1)
  );
  const { out, code } = await dist824(["status", ...found(cluster)]);
  assert.equal(code, 0);
  const rows = out.trimEnd().split("\n").map((line) => line.trim().split(/ {2,}/));
  assert.equal(rows.length, 4);
  assert.deepEqual(rows[0]!.slice(0, 8), [
    ...["id", "address", "role", "term", "commit", "applied", "last", "lag"],
  ]);
  const roles = rows.slice(1).map(([, , role]) => role).sort();
  assert.deepEqual(roles, ["follower", "follower", "leader"]);
  assert.equal(new Set(rows.slice(1).map((row) => row.at(-1))).size, 1, "one fingerprint");

  const gone = [...cluster.peers.keys()].find((id) => id !== leader)!;
  await cluster.stop(gone);
  const partly = await dist824(["status", "--json", "-", ...named(cluster)]);
  assert.equal(partly.code, 0);
  const { servers } = JSON.parse(partly.out);
  assert.match(servers[gone - 1].error, /Cannot connect|closed/);
  assert.equal(servers[leader - 1].role, "leader");
  for (const id of [...cluster.servers.keys()]) await cluster.stop(id);
  assert.equal((await dist824(["status", ...named(cluster)])).code, 1);
});

Deno.test("raft log: the last entries, a range, and what a folder holds", async () => {
  await using cluster = new RaftCluster(1);
  await cluster.startAll();
  for (let i = 1; i <= 30; i++) await cluster.propose(`command ${i}`);
  const last = await dist824(["log", ...found(cluster)]);
  assert.equal(last.out.trimEnd().split("\n").length, 21);
  assert.match(last.out, /\n {6}31 +\d+ {2}command 30\n$/);
  const range = await dist824(["log", "1", "--count", "2", ...found(cluster)]);
  assert.match(
    range.out,
    /^ +index +term {2}command\n +1 +1 {2}\(begins the term\)\n +2 .*command 1\n$/,
  );
  const data = join(cluster.folder.path, "1");
  const busy = await dist824(["log", "--data", data]);
  assert.equal(busy.code, 1);
  assert.match(busy.err, /a running server uses .*: ask it, without --data/);
  await cluster.stop(1);
  assert.deepEqual(await dist824(["log", "--data", data]), { ...last, err: "" });
  assert.deepEqual(await dist824(["log", "1", "--count", "2", "--data", data]), range);
  const empty = await dist824(["log", "--data", cluster.folder.path]);
  assert.match(empty.err, /there is no log in /);
});

Deno.test("raft transfer: to the server that is named, and not to one that there is not", async () => {
  await using cluster = new RaftCluster();
  await cluster.startAll();
  await cluster.propose("x");
  const moved = await dist824(["transfer", "2", ...named(cluster)]);
  assert.deepEqual(moved, { code: 0, out: "server 2 leads\n", err: "" });
  const wrong = await dist824(["transfer", "9", ...named(cluster)]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /leadership was not handed over: there is no server 9, only 1, 2, 3/);
});

Deno.test("raft serve: one server says where it is, serves, and ends in good order", async () => {
  const folder = new TemporaryFolder("dist824-raft-");
  const [port] = freePorts(1);
  const where = `127.0.0.1:${port}`;
  const args = ["serve", "--id", "1", "--peers", `1=${where}`, "--data", folder.file("1")];
  const env = memoryEnv();
  const serving = dist824(args, env);
  await eventually(() => env.out() !== "");
  assert.equal(env.out(), `server 1 listens on ${where}; Ctrl-C ends it\n`);
  const proposed = await dist824(["propose", "x", "--servers", where]);
  assert.equal(proposed.code, 0, proposed.err);
  const second = await dist824([
    "serve",
    "--id",
    "1",
    "--peers",
    `1=${where}`,
    "--data",
    folder.file("2"),
  ]);
  assert.equal(second.code, 1);
  assert.match(second.err, new RegExp(`${where} is in use: another server may be running there`));
  const other = await dist824([...args.slice(0, 3), "--peers", "1=127.0.0.1:1", ...args.slice(5)]);
  assert.equal(other.code, 1);
  assert.match(other.err, /another process uses this folder/);
  env.interrupt();
  assert.equal((await serving).code, 0);

  await damage(folder.file("1"));
  const damaged = await dist824(args);
  assert.equal(damaged.code, 1);
  assert.match(
    damaged.err,
    /segment-0000000001\.wal is damaged at byte \d+: .*Nothing was changed/,
  );
  await folder.remove();
});

Deno.test("raft serve: a server whose storage fails ends with code 1, and says what to do", async () => {
  const folder = new TemporaryFolder("dist824-raft-");
  const [port] = freePorts(1);
  const where = `127.0.0.1:${port}`;
  const data = folder.file("1");
  const env = memoryEnv();
  const serving = dist824(["serve", "--id", "1", "--peers", `1=${where}`, "--data", data], env);
  await eventually(() => env.out() !== "");
  await Deno.remove(data, { recursive: true });
  // Until the log wants a new segment, and finds no place for it.
  const large = folder.file("large");
  await Deno.writeFile(large, new Uint8Array(7 * 1024 * 1024));
  const codes = new Set<number>();
  while (!codes.has(1) && !codes.has(3)) {
    const { code } = await dist824(["propose", "--file", large, "--servers", `1=${where}`]);
    codes.add(code);
  }
  const { code, err } = await serving;
  assert.equal(code, 1);
  assert.match(
    err,
    /\ndist824 raft serve: Storage failed: Cannot .*start the server again with the/,
  );
  await folder.remove();
});

async function damage(folder: string): Promise<void> {
  const path = join(folder, "segment-0000000001.wal");
  const bytes = await Deno.readFile(path);
  bytes[20]! ^= 0xff;
  await Deno.writeFile(path, bytes);
}
