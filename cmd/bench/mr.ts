/** `dist824 bench mr`: words of a text counted by MapReduce on this machine, beside the shell's own way. */

import { SeededRandom } from "../../core/base/random.ts";
import { selfCommand } from "../../core/host/self_command.ts";
import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import { generateText } from "../../core/mapreduce/text_generator.ts";
import { type CommandEnv, Option } from "../command.ts";
import { FailedError } from "../errors.ts";
import { grouped, tableText } from "../test_runner/table.ts";
import { eachOf, integer, size } from "../values.ts";
import { type BenchReport, defineBench } from "./define_bench.ts";

const SEED = 824n;
const MEGABYTE = 1e6;

/** What people would type, whose whole table is in memory: one process reads, one counts. */
const SHELL =
  `LC_ALL=C tr -cs A-Za-z '\\n' <"$0" | LC_ALL=C awk '{n[$0]++} END {for (w in n) print w, n[w]}'`;

interface MrOptions {
  readonly size: number;
  readonly workers?: number[];
  readonly rounds: number;
  readonly folder?: string;
}

/** One way to count, at its best of several rounds. */
interface Row {
  readonly what: string;
  readonly workers: number | undefined;
  readonly seconds: number;
}

/** Measures word counts. */
export const mrBench = defineBench({
  name: "mr",
  summary: "Megabytes per second of a word count by MapReduce",
  description:
    "Writes a text like a book's to a file, and counts its words with dist824 mr-run, processes and all, as often as " +
    "--rounds says; the best round counts. Beside it stands what a shell does with tr and awk, where they are there.",
  examples: [
    { line: "dist824 bench mr", does: "100 MB, with one worker and with one on each core" },
    { line: "dist824 bench mr --size 4G --workers 2 --rounds 1", does: "a large text, once" },
  ],
  configure: (command) =>
    command
      .addOption(
        new Option("--size <bytes>", "the size of the text, as in 64M or 4G")
          .argParser(size).default(100 * MEGABYTE, "100 MB"),
      )
      .addOption(
        new Option("--workers <n...>", "numbers of workers (default: 1, and one per core)")
          .argParser(eachOf(integer({ min: 1, max: 1024 }))),
      )
      .addOption(
        new Option("--rounds <n>", "how often to count").argParser(integer({ min: 1 })).default(3),
      )
      .option("--folder <dir>", "where text and results go (default: the system's own)"),
  measure: ({ options }, env) => measureMr(options, env),
});

async function measureMr(options: MrOptions, env: CommandEnv): Promise<BenchReport> {
  const { size, rounds, workers = [...new Set([1, navigator.hardwareConcurrency])] } = options;
  const folder = new TemporaryFolder("dist824-bench-", options.folder);
  try {
    const text = folder.file("text.txt");
    await writeText(text, size, env);
    const rows: Row[] = [];
    const best = async (what: string, workers: number | undefined, count: () => Promise<void>) => {
      rows.push({ what, workers, seconds: await bestOf(rounds, count, env) });
    };
    for (const each of workers) {
      await best("dist824 mr-run wc", each, () => runMr(text, folder.file("words"), each, env));
    }
    if (await hasShellTools()) await best("tr | awk", undefined, () => runShell(text, env));
    return report(options, rows);
  } finally {
    await folder.remove();
  }
}

async function writeText(path: string, bytes: number, env: CommandEnv): Promise<void> {
  using file = await Deno.open(path, { create: true, write: true });
  for (const piece of generateText(new SeededRandom(SEED), bytes)) {
    env.interrupted.throwIfAborted();
    for (let at = 0; at < piece.length;) at += await file.write(piece.subarray(at));
  }
}

async function bestOf(
  rounds: number,
  count: () => Promise<void>,
  env: CommandEnv,
): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begun = env.now();
    await count();
    best = Math.min(best, (env.now() - begun) / 1000);
  }
  return best;
}

function runMr(text: string, out: string, workers: number, env: CommandEnv): Promise<void> {
  const words = ["mr-run", "wc", text, "--out", out, "--force", "--workers", String(workers)];
  return runCommand(selfCommand(words), env);
}

function runShell(text: string, env: CommandEnv): Promise<void> {
  return runCommand({ command: "/bin/sh", args: ["-c", SHELL, text] }, env);
}

/** @throws {FailedError} If the command fails. */
async function runCommand(
  { command, args }: { readonly command: string; readonly args: string[] },
  env: CommandEnv,
): Promise<void> {
  env.interrupted.throwIfAborted();
  const { success, code, stderr } = await new Deno.Command(command, {
    args,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    signal: env.interrupted,
  }).output();
  env.interrupted.throwIfAborted();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trimEnd().split("\n").at(-1);
  throw new FailedError(`the word count ends with exit code ${code}: ${said}`);
}

async function hasShellTools(): Promise<boolean> {
  const args = ["-c", "command -v tr && command -v awk"];
  const options = { args, stdout: "null", stderr: "null" } as const;
  try {
    return (await new Deno.Command("/bin/sh", options).output()).success;
  } catch {
    return false;
  }
}

function report({ size, rounds }: MrOptions, rows: readonly Row[]): BenchReport {
  const perSecond = ({ seconds }: Row) => size / MEGABYTE / seconds;
  const lines = rows.map((row) => [
    row.what,
    row.workers === undefined ? "-" : String(row.workers),
    `${row.seconds.toFixed(2)} s`,
    perSecond(row).toFixed(1),
  ]);
  const header = ["", "workers", "time", "MB/s"];
  const aligns = ["left", "right", "right", "right"] as const;
  return {
    text: `words of ${grouped(size)} bytes, the best of ${rounds}:\n\n${
      tableText([header, ...lines], [...aligns])
    }`,
    figures: {
      bytes: size,
      rounds,
      rows: rows.map((row) => ({ ...row, megabytesPerSecond: perSecond(row) })),
    },
  };
}
