/** `dist824 kv` as people use it: a local cluster of processes, its commands, and the death of a server. */

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { type MemoryEnv, memoryEnv } from "../../cmd/memory_env.ts";
import { run } from "../../cmd/mod.ts";
import { RawClient } from "../../core/host/resp/_raw_client.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TalkingChild } from "../../core/host/talking_child.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { isProcessAlive } from "../../core/host/this_process.ts";
import { eventually } from "../node/_cluster.ts";

/** The program, and what it has said. */
class LocalCluster {
  readonly folder: TemporaryFolder = new TemporaryFolder("dist824-kv-local-");
  readonly out: string[] = [];
  readonly err: string[] = [];
  #child: TalkingChild | undefined;

  /** Starts it, with the data that it has, and waits until it is ready. */
  async start(...more: string[]): Promise<void> {
    this.out.length = 0;
    const args = ["kv", "serve", "--port", "0", "--data", this.folder.file("data"), ...more];
    this.#child = new TalkingChild(selfCommand(args), (stream, line) => {
      (stream === "stdout" ? this.out : this.err).push(line);
    });
    await eventually(() => this.out.some((line) => line === "Ctrl-C ends them.") || undefined);
  }

  /** The processes that it has started, in that order. */
  get pids(): number[] {
    return this.err.flatMap((line) => {
      const pid = /^server-\d: process (\d+)$/.exec(line)?.[1];
      return pid === undefined ? [] : [Number(pid)];
    });
  }

  /** The ports for Redis clients. */
  get ports(): number[] {
    return this.out.flatMap((line) => {
      const port = /^ +server-\d +127\.0\.0\.1:(\d+)\b/.exec(line)?.[1];
      return port === undefined ? [] : [Number(port)];
    });
  }

  /** Runs `dist824 kv` on it. */
  async kv(args: readonly string[], stdin = ""): Promise<{ code: number; env: MemoryEnv }> {
    const servers = this.out.find((line) => line.includes("kv status"))!.trim().split(" ").slice(
      -2,
    );
    const env = memoryEnv({ stdin });
    return { code: await run(["kv", ...args, ...servers], env), env };
  }

  /** Tells it to end; resolves the exit code. */
  async end(): Promise<number> {
    this.#child!.kill("SIGTERM");
    return (await this.#child!.ended).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.ended;
    await eventually(() => !this.pids.some(isProcessAlive));
    await this.folder.remove();
  }
}

async function ask(port: number, text: string): Promise<string> {
  const client = await RawClient.connect(port);
  await client.send(`${text}\r\nquit\r\n`);
  const answer = await client.rest();
  client.close();
  return answer.replace(/\+OK\r\n$/, "");
}

Deno.test("kv serve: put, get, append, del, cas and status from the command line", async () => {
  await using cluster = new LocalCluster();
  await cluster.start();
  const out = async (code: number, args: readonly string[], stdin?: string) => {
    const result = await cluster.kv(args, stdin);
    assert.equal(result.code, code, result.env.err());
    return result.env.out();
  };
  assert.equal(await out(0, ["put", "k", "héllo"]), "OK\n");
  assert.equal(await out(0, ["get", "k"]), "héllo");
  assert.equal(await ask(cluster.ports[2]!, "get k"), "$6\r\nh\xc3\xa9llo\r\n");
  assert.equal(await out(0, ["append", "k"], " from stdin"), "17\n");
  const file = cluster.folder.file("bytes");
  await writeFile(file, Uint8Array.of(0xff, 0, 10, 13));
  assert.equal(
    await out(0, ["put", "b", "--file", file, "--json", "-"]),
    '{"key":"b","ok":true}\n',
  );
  assert.equal(
    await out(0, ["get", "b", "--json", "-"]),
    '{"key":"b","found":true,"valueBase64":"/wAKDQ=="}\n',
  );
  assert.equal(await out(1, ["get", "none"]), "");
  assert.equal(await out(1, ["get", "none", "--json", "-"]), '{"key":"none","found":false}\n');
  assert.equal(await out(0, ["cas", "lock", "me", "--absent"]), "OK\n");
  assert.equal(await out(1, ["cas", "lock", "you", "--absent"]), "");
  assert.equal(await out(0, ["cas", "lock", "you", "--expect", "me"]), "OK\n");
  assert.equal(await out(0, ["del", "lock"]), "1\n");
  assert.equal(await out(0, ["del", "lock"]), "0\n");
  assert.match(await out(0, ["status"]), /^id +address +redis[^]*leader/);
  const { servers } = JSON.parse(await out(0, ["status", "--json", "-"]));
  assert.equal(servers.length, 3);
  assert.equal(servers[0].store.keys, 2);
});

Deno.test("kv serve: outlives the death of a server, ends as a whole, and has its data when it is back", async () => {
  await using cluster = new LocalCluster();
  await cluster.start();
  const [port1, port2, port3] = cluster.ports as [number, number, number];
  assert.equal(await ask(port1, "set k before"), "+OK\r\n");
  Deno.kill(cluster.pids[0]!, "SIGKILL");
  assert.equal(await ask(port2, "append k ' and after'"), ":16\r\n");
  await eventually(() => cluster.pids.length === 4);
  const isBack = () =>
    ask(port1, "get k").then((answer) => answer === "$16\r\nbefore and after\r\n", () => false);
  while (!await isBack()) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await cluster.end(), 0);
  assert(!cluster.pids.some(isProcessAlive), "no process is left");
  await cluster.start();
  assert.deepEqual(cluster.ports, [port1, port2, port3]);
  assert.equal(await ask(port3, "get k"), "$16\r\nbefore and after\r\n");
  assert.equal(await cluster.end(), 0);
});

Deno.test("kv serve: asks for the password in the file", async () => {
  await using cluster = new LocalCluster();
  const file = cluster.folder.file("password");
  await writeFile(file, "secret\n");
  await cluster.start("--requirepass-file", file, "--replicas", "1");
  const [port] = cluster.ports;
  assert.equal(await ask(port!, "get k"), "-NOAUTH Authentication required.\r\n");
  assert.equal(await ask(port!, "auth secret\r\nset k v\r\nget k"), "+OK\r\n+OK\r\n$1\r\nv\r\n");
  assert.ok(!cluster.err.concat(cluster.out).some((line) => line.includes("secret")));
});
