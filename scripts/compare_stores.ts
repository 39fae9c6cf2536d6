/**
 * Measures durable writes of this program's store beside those of etcd (three members) and Redis (one process that
 * syncs every write), in one run on one machine. Those that are not installed are left out, and it says so.
 *
 * Usage: `deno run -A scripts/compare_stores.ts [--seconds S] [--own HOST:PORT[,HOST:PORT…]]`
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { closedLoop, type LoopFigures } from "../cmd/bench/closed_loop.ts";
import { measureRedisLoad } from "../cmd/bench/redis_load.ts";
import { address } from "../cmd/address.ts";
import { grouped, tableText } from "../cmd/test_runner/table.ts";
import { SeededRandom } from "../core/base/random.ts";
import type { Address } from "../core/host/mod.ts";
import { startEtcd } from "./peers/etcd_cluster.ts";
import { freePort } from "./peers/free_port.ts";
import { EtcdConnection } from "./peers/grpc_put.ts";

const CLIENTS = [1, 16, 64, 256];
const KEYS = 100_000;
const VALUE_BYTES = 64;

const { values } = parseArgs({
  options: { seconds: { type: "string", default: "3" }, own: { type: "string" } },
});
const loop = {
  warmUpMs: Number(values.seconds) * 250,
  measureMs: Number(values.seconds) * 1000,
  now: () => performance.now(),
  interrupted: new AbortController().signal,
};
const encoder = new TextEncoder();

/** How a store is loaded with so many clients. */
type Measure = (clients: number) => Promise<LoopFigures>;

function redisLoad(targets: readonly Address[]): Measure {
  return (clients) =>
    measureRedisLoad({ operation: "SET", clients, pipeline: 1 }, {
      ...loop,
      targets,
      keys: KEYS,
      valueBytes: VALUE_BYTES,
      random: new SeededRandom(824n),
    });
}

/** Every client has a connection of its own to the leader, as etcd's own benchmark has with `--target-leader`. */
function etcdLoad(port: number): Measure {
  return async (clients) => {
    const random = new SeededRandom(824n);
    const value = new Uint8Array(VALUE_BYTES).fill(120);
    const connections = Array.from({ length: clients }, () => new EtcdConnection(port));
    const puts = connections.map((connection) => () => {
      const key = encoder.encode(`key:${String(random.below(KEYS)).padStart(12, "0")}`);
      return connection.put(key, value);
    });
    try {
      return await closedLoop(puts, { ...loop, operationsPerCall: 1 });
    } finally {
      for (const connection of connections) connection.close();
    }
  };
}

async function measureAll(name: string, measure: Measure): Promise<string[][]> {
  const rows: string[][] = [];
  for (const clients of CLIENTS) {
    const { perSecond, latency } = await measure(clients);
    const spans = [latency.p50, latency.p99].map((span) => `${span.toFixed(2)} ms`);
    rows.push([name, String(clients), grouped(perSecond), ...spans]);
  }
  return rows;
}

/** Runs `work` unless the program is not installed. */
async function ifFound(program: string, work: () => Promise<string[][]>): Promise<string[][]> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return [[`${program} is not installed`]];
  }
}

async function measureEtcd(folder: string): Promise<string[][]> {
  const cluster = await startEtcd(folder);
  try {
    return await measureAll("etcd, 3 members", etcdLoad(cluster.leaderPort));
  } finally {
    await cluster.stop();
  }
}

async function measureRedis(folder: string): Promise<string[][]> {
  const port = freePort();
  const args = ["--port", String(port), "--dir", folder, "--save", "", "--loglevel", "warning"];
  const child = new Deno.Command("redis-server", {
    args: [...args, "--appendonly", "yes", "--appendfsync", "always"],
    stdout: "null",
  }).spawn();
  try {
    await sleep(1000);
    return await measureAll("redis, 1 process", redisLoad([{ hostname: "127.0.0.1", port }]));
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

const folder = await Deno.makeTempDir({ prefix: "dist824-compare-" });
try {
  const rows = [["store", "clients", "SET/s", "p50", "p99"]];
  rows.push(...await ifFound("etcd", () => measureEtcd(join(folder, "etcd"))));
  await Deno.mkdir(join(folder, "redis"));
  rows.push(...await ifFound("redis-server", () => measureRedis(join(folder, "redis"))));
  if (values.own !== undefined) {
    const targets = values.own.split(",").map(address);
    rows.push(...await measureAll(`dist824, ${targets.length} replicas`, redisLoad(targets)));
  }
  const table = tableText(rows, ["left", "right", "right", "right", "right"]);
  await Deno.stdout.write(encoder.encode(table));
} finally {
  await Deno.remove(folder, { recursive: true });
}
