/**
 * The store, used with redis-cli and redis-benchmark. Without them there is nothing to test: they are looked for when
 * the tests are defined, and a test's name says that they are missing.
 */

import assert from "node:assert/strict";
import { type TestCluster, withCluster } from "./_cluster.ts";

async function isThere(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}

const TOOLS_ARE_THERE = await isThere("redis-cli") && await isThere("redis-benchmark");

function toolTest(name: string, body: (cluster: TestCluster) => Promise<void>): void {
  if (TOOLS_ARE_THERE) Deno.test(`redis tools: ${name}`, () => withCluster(3, body));
  else Deno.test(`redis tools: ${name} (not on this machine: nothing to try)`, () => {});
}

async function tool(
  program: string,
  args: readonly string[],
  input: string | Uint8Array<ArrayBuffer> = "",
): Promise<string> {
  const child = new Deno.Command(program, {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ stdout, stderr, success }] = await Promise.all([
    child.output(),
    new Blob([input]).stream().pipeTo(child.stdin).catch(() => {}),
  ]);
  const text = new TextDecoder();
  assert.ok(success, text.decode(stderr));
  return text.decode(stdout);
}

toolTest("redis-cli on each server", async (cluster) => {
  for (const id of cluster.ids) {
    const cli = (...args: string[]) => tool("redis-cli", ["-p", `${cluster.port(id)}`, ...args]);
    assert.equal(await cli("set", "k", `from ${id}`), "OK\n");
    assert.equal(await cli("get", "k"), `from ${id}\n`);
    assert.equal(await cli("-3", "get", "none"), "\n");
    assert.equal(await cli("incr", "n"), `${id}\n`);
    assert.match(await cli("lpush", "l", "1"), /^ERR unknown command 'lpush'/);
  }
  const port = `${cluster.port(cluster.ids[0]!)}`;
  const typed = "set typed 'a b'\nget typed\nhello 3\ncommand docs get\nquit\n";
  assert.match(await tool("redis-cli", ["-p", port], typed), /OK\n[^]*a b\n[^]*RESP?|proto/i);
  assert.match(await tool("redis-cli", ["-p", port, "--scan"]), /typed/);
});

toolTest("redis-cli --pipe, ten thousand commands at once", async (cluster) => {
  const port = `${cluster.port(cluster.ids[1]!)}`;
  const commands = Array.from({ length: 10_000 }, (_, i) => `SET mass:${i} ${i}\r\n`).join("");
  assert.match(
    await tool("redis-cli", ["-p", port, "--pipe"], commands),
    /errors: 0, replies: 10000/,
  );
  assert.equal(await tool("redis-cli", ["-p", port, "dbsize"]), "10000\n");
});

toolTest("redis-benchmark with everything that the store can do", async (cluster) => {
  const port = `${cluster.port(cluster.ids[2]!)}`;
  const common = ["-p", port, "-n", "2000", "-c", "20", "--csv", "-r", "100"];
  for (const pipeline of ["1", "16"]) {
    const csv = await tool("redis-benchmark", [
      ...common,
      ...["-P", pipeline, "-t", "ping,set,get,incr,mset"],
    ]);
    for (const name of ["PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET"]) {
      assert.match(csv, new RegExp(`"${name}[^"]*","[1-9]`));
    }
  }
});
