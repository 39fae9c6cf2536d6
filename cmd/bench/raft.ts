/** `dist824 bench raft`: durable proposals per second of a replicated log, beside what the machine can do at best. */

import { type ServerId, serverId } from "../../core/base/durable.ts";
import { SeededRandom } from "../../core/base/random.ts";
import { type Address, RealClock } from "../../core/host/mod.ts";
import { RaftClient } from "../../core/server/raft/mod.ts";
import { type CommandEnv, Option } from "../command.ts";
import { FailedError } from "../errors.ts";
import { raftArgs } from "../raft/serve.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import { eachOf, integer, seconds } from "../values.ts";
import { withCluster } from "./bench_cluster.ts";
import { closedLoop, type LoopFigures, type LoopOptions } from "./closed_loop.ts";
import { type BenchReport, defineBench } from "./define_bench.ts";
import { measureRawLimits, type RawLimits } from "./raw_limits.ts";

const SEED = 824n;
const WARM_UP_SHARE = 0.25;
const COMMAND_BYTES_DEFAULT = 64;

interface RaftOptions {
  readonly replicas?: number[];
  readonly proposers?: number[];
  readonly seconds: number;
  readonly commandBytes: number;
  readonly folder?: string;
}

/** What so many proposers got from so many replicas. */
interface Row {
  readonly replicas: number;
  readonly proposers: number;
  readonly figures: LoopFigures;
}

/** Measures a replicated log. */
export const raftBench = defineBench({
  name: "raft",
  summary: "Durable proposals per second and latency of replicas that are processes",
  description:
    "Starts replicas as processes of this machine, with their logs on its disk, and proposes in a closed loop: each " +
    "proposer waits until its command is on the disks of a majority before it proposes the next. Beside it stand the " +
    "machine's own limits: one fdatasync after the other, and one loopback round trip after the other.",
  examples: [
    { line: "dist824 bench raft", does: "3 and 5 replicas, 1 to 256 proposers" },
    { line: "dist824 bench raft --replicas 3 --proposers 64 --seconds 10", does: "one line of it" },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--replicas <n...>", "sizes of the cluster (default: 3 5)")
          .argParser(eachOf(integer({ min: 1, max: 9 }))),
      )
      .addOption(
        new Option("--proposers <n...>", "clients (default: 1 16 64 256)")
          .argParser(eachOf(integer({ min: 1, max: 10_000 }))),
      )
      .addOption(
        new Option("--seconds <s>", "how long each line is measured").argParser(seconds).default(3),
      )
      .addOption(
        new Option("--command-bytes <n>", "the size of a command")
          .argParser(integer({ max: 1024 * 1024 })).default(COMMAND_BYTES_DEFAULT),
      )
      .option("--folder <dir>", "where the replicas keep their data (default: the system's own)"),
  measure: ({ options }, env) => measureRaft(options, env),
});

async function measureRaft(options: RaftOptions, env: CommandEnv): Promise<BenchReport> {
  const { replicas = [3, 5] } = options;
  const rows: Row[] = [];
  let limits: RawLimits | undefined;
  for (const count of replicas) {
    await withCluster(
      {
        replicas: count,
        kinds: ["peers", "admin"],
        argsOf: (member, cluster) => raftArgs(member, cluster, { logLevel: "error" }),
        parentFolder: options.folder,
      },
      env,
      async ({ members }, folder) => {
        const loop = loopOptions(options, env);
        limits ??= await measureRawLimits({ ...loop, folder });
        const servers = new Map(
          members.map(({ addresses }, at) => [serverId(at + 1), addresses.peers] as const),
        );
        rows.push(...await measureCluster(servers, options, env));
      },
    );
  }
  return report(options, limits!, rows);
}

function loopOptions(
  { seconds }: RaftOptions,
  env: CommandEnv,
): Omit<LoopOptions, "operationsPerCall"> {
  const measureMs = seconds * 1000;
  const { now, interrupted } = env;
  return { warmUpMs: measureMs * WARM_UP_SHARE, measureMs, now, interrupted };
}

/** All proposers share one client, and with it one connection to the leader. */
async function measureCluster(
  servers: ReadonlyMap<ServerId, Address>,
  options: RaftOptions,
  env: CommandEnv,
): Promise<Row[]> {
  const client = new RaftClient({
    servers,
    clock: new RealClock(),
    random: new SeededRandom(SEED),
  });
  const command = new Uint8Array(options.commandBytes).fill(120);
  const propose = async () => {
    const outcome = await client.propose(command);
    if (outcome.kind !== "committed") throw new FailedError(`a proposal: ${outcome.reason}`);
  };
  const rows: Row[] = [];
  try {
    await propose();
    for (const proposers of options.proposers ?? [1, 16, 64, 256]) {
      const loops = Array.from({ length: proposers }, () => propose);
      const figures = await closedLoop(loops, {
        ...loopOptions(options, env),
        operationsPerCall: 1,
      });
      rows.push({ replicas: servers.size, proposers, figures });
    }
    return rows;
  } finally {
    client.close();
  }
}

function report(options: RaftOptions, limits: RawLimits, rows: readonly Row[]): BenchReport {
  const { fdatasync, loopback } = limits;
  const header = ["", "proposers", "per second", "p50", "p99", "p99.9", "max"];
  const aligns = header.map((_, column) => column === 0 ? "left" as const : "right" as const);
  const lines = [
    ["fdatasync of 4 KiB", "1", ...cells(fdatasync)],
    ["loopback round trip", "1", ...cells(loopback)],
    ...rows.map(({ replicas, proposers, figures }) => [
      `${replicas} replicas`,
      String(proposers),
      ...cells(figures),
    ]),
  ];
  const { seconds, commandBytes } = options;
  return {
    text: `commands of ${commandBytes} bytes, ${seconds} s a line:\n\n${
      tableText([header, ...lines], aligns)
    }`,
    figures: { seconds, commandBytes, fdatasync, loopback, rows },
  };
}

function cells({ perSecond, latency }: LoopFigures): string[] {
  const { p50, p99, p999, max } = latency;
  return [grouped(perSecond), ...[p50, p99, p999, max].map((span) => `${span.toFixed(2)} ms`)];
}
