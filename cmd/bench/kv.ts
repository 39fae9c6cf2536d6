/** `dist824 bench kv`: a closed loop over the Redis protocol, on a cluster of its own or any server that speaks it. */

import { SeededRandom } from "../../core/base/random.ts";
import type { Address } from "../../core/host/mod.ts";
import { address, addressText } from "../address.ts";
import { type CommandEnv, Option } from "../command.ts";
import { kvArgs } from "../kv/serve.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import { eachOf, integer, oneOf, seconds } from "../values.ts";
import { withCluster } from "./bench_cluster.ts";
import type { LoopFigures } from "./closed_loop.ts";
import { type BenchReport, defineBench } from "./define_bench.ts";
import type { LoadOperation } from "./redis_commands.ts";
import { fillKeys, measureRedisLoad, type RedisLoad, type RedisLoadOptions } from "./redis_load.ts";

/** The same keys in every run, so that two runs ask for the same. */
const SEED = 824n;
const WARM_UP_SHARE = 0.25;
const REPLICAS_DEFAULT = 3;
const OPERATIONS = ["SET", "GET"] as const satisfies readonly LoadOperation[];

interface KvOptions {
  readonly target?: Address[];
  readonly replicas?: number;
  readonly folder?: string;
  readonly operation?: LoadOperation[];
  readonly clients?: number[];
  readonly pipeline?: number[];
  readonly seconds: number;
  readonly keys: number;
  readonly valueBytes: number;
}

/** A load with what it measured. */
interface Row extends RedisLoad {
  readonly figures: LoopFigures;
}

/** Measures a store. */
export const kvBench = defineBench({
  name: "kv",
  summary: "Operations per second and latency of a store that speaks the Redis protocol",
  description:
    "Sends SET and GET in a closed loop: each client waits for its answers before it asks again. Without " +
    "--target, a cluster of three durable replicas is started for it on this machine, and the clients " +
    "are spread over them.",
  examples: [
    { line: "dist824 bench kv", does: "three replicas of this program, 1 to 256 clients" },
    {
      line: "dist824 bench kv --target :6379 --clients 64",
      does: "any other server, by the same measure",
    },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--target <address...>", "where the server listens, or its replicas")
          .argParser(eachOf(address)),
      )
      .addOption(
        new Option("--replicas <n>", "size of the cluster that is started (default: 3)")
          .argParser(integer({ min: 1, max: 9 })),
      )
      .option("--folder <dir>", "where its replicas keep their data (default: the system's own)")
      .addOption(
        new Option("--operation <name...>", "SET or GET (default: both)")
          .argParser(eachOf(oneOf(OPERATIONS))),
      )
      .addOption(
        new Option("--clients <n...>", "connections (default: 1 16 64 256)")
          .argParser(eachOf(integer({ min: 1, max: 10_000 }))),
      )
      .addOption(
        new Option("--pipeline <n...>", "commands that a client sends together (default: 1 16)")
          .argParser(eachOf(integer({ min: 1, max: 10_000 }))),
      )
      .addOption(
        new Option("--seconds <s>", "how long each line is measured").argParser(seconds).default(3),
      )
      .addOption(
        new Option("--keys <n>", "keys that are written and read").argParser(
          integer({ min: 1, max: 0xffff_ffff }),
        ).default(100_000),
      )
      .addOption(
        new Option("--value-bytes <n>", "the size of a value").argParser(
          integer({ max: 1024 * 1024 }),
        ).default(64),
      ),
  measure: ({ options }, env) => measureKv(options, env),
});

async function measureKv(options: KvOptions, env: CommandEnv): Promise<BenchReport> {
  if (options.target !== undefined) return await measureTargets(options, options.target, env);
  return await withCluster(
    {
      replicas: options.replicas ?? REPLICAS_DEFAULT,
      kinds: ["clients", "peers", "admin"],
      argsOf: (member, cluster) => kvArgs(member, cluster, { logLevel: "error" }),
      parentFolder: options.folder,
    },
    env,
    ({ members }) => {
      const targets = members.map(({ addresses }) => addresses.clients);
      return measureTargets(options, targets, env);
    },
  );
}

async function measureTargets(
  options: KvOptions,
  targets: readonly Address[],
  env: CommandEnv,
): Promise<BenchReport> {
  const { keys, valueBytes } = options;
  const loadOptions: RedisLoadOptions = {
    keys,
    valueBytes,
    targets,
    measureMs: options.seconds * 1000,
    warmUpMs: options.seconds * 1000 * WARM_UP_SHARE,
    random: new SeededRandom(SEED),
    now: env.now,
    interrupted: env.interrupted,
  };
  await fillKeys(loadOptions);
  const rows: Row[] = [];
  for (const load of loadsOf(options)) {
    rows.push({ ...load, figures: await measureRedisLoad(load, loadOptions) });
    if (env.stderr.isTerminal) env.stderr.write(`${rowCells(rows.at(-1)!).join("  ")}\n`);
  }
  return report(options, targets, rows);
}

function loadsOf(
  { operation = [...OPERATIONS], clients = [1, 16, 64, 256], pipeline = [1, 16] }: KvOptions,
): RedisLoad[] {
  return operation.flatMap((operation) =>
    pipeline.flatMap((pipeline) => clients.map((clients) => ({ operation, clients, pipeline })))
  );
}

function report(
  options: KvOptions,
  targets: readonly Address[],
  rows: readonly Row[],
): BenchReport {
  const { keys, valueBytes } = options;
  const header = ["", "clients", "pipeline", "per second", "p50", "p99", "p99.9", "max"];
  const aligns = header.map((_, column) => column === 0 ? "left" as const : "right" as const);
  const title = `${grouped(keys)} keys, values of ${grouped(valueBytes)} bytes, ` +
    `${options.seconds} s a line, at ${targets.map(addressText).join(", ")}:`;
  return {
    text: `${title}\n\n${tableText([header, ...rows.map(rowCells)], aligns)}`,
    figures: { keys, valueBytes, seconds: options.seconds, rows },
  };
}

function rowCells({ operation, clients, pipeline, figures }: Row): string[] {
  const { p50, p99, p999, max } = figures.latency;
  const spans = [p50, p99, p999, max].map((span) => `${span.toFixed(2)} ms`);
  return [operation, String(clients), String(pipeline), grouped(figures.perSecond), ...spans];
}
