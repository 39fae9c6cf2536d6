/** `dist824 mr-run`: a whole MapReduce job on this machine, master and workers in one command. */

import { selfCommand } from "../core/host/self_command.ts";
import { RealClock } from "../core/host/clock.ts";
import { type AppSource, LocalWorkers, type Master } from "../core/server/mod.ts";
import { addressText } from "./address.ts";
import { type CommandEnv, defineCommand, Option } from "./command.ts";
import { UsageError } from "./errors.ts";
import { appArguments, splitAppWords } from "./mapreduce/app_words.ts";
import { findInputs } from "./mapreduce/inputs.ts";
import { loadWorkerApp } from "./mapreduce/load_worker_app.ts";
import {
  checkMasterFlags,
  closeMaster,
  type MasterFlags,
  runMaster,
  startMaster,
} from "./mapreduce/master_job.ts";
import {
  adminOption,
  attemptsOption,
  backupOption,
  mapperOption,
  outOption,
  reduceOption,
  reducerOption,
  splitOption,
  taskTimeoutOption,
} from "./mapreduce/options.ts";
import { RunFolder } from "./mapreduce/run_folder.ts";
import { insecureOption, jsonOption } from "./options.ts";
import { integer } from "./values.ts";

const DESCRIPTION = [
  "Run a whole MapReduce job on this machine, by default on all cores. APP is an application that comes with the " +
  "program (wc, indexer, grep PATTERN, sort), or the path of a TypeScript or JavaScript module that exports map " +
  "and reduce. With --mapper or --reducer, shell commands take its place.",
  "The results are the files mr-out-0, mr-out-1, … in the folder --out, and _SUCCESS when they are complete.",
].join("\n\n");

/** How often to look for workers that hang. */
const LOOK_EVERY_MS = 500;

/** Runs a job. */
export const mrRunCommand = defineCommand({
  name: "mr-run",
  summary: "Run a whole MapReduce job on this machine",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 mr-run wc texts/*.txt --out words", does: "count the words of some files" },
    {
      line: "dist824 mr-run grep ' error ' logs --workers 4",
      does: "search the files of a folder",
    },
    { line: "dist824 mr-run ./app.ts texts --out result", does: "run an application of your own" },
    {
      line: `dist824 mr-run --mapper 'tr -cs A-Za-z "\\n"' --reducer 'uniq -c' texts --out result`,
      does: "run shell commands",
    },
  ],
  configure: (command) =>
    command
      .usage("[options] APP INPUT...")
      .argument(
        "<word...>",
        "an application, then input files; a folder stands for the files in it",
      )
      .addOption(mapperOption())
      .addOption(reducerOption())
      .addOption(
        new Option("--workers <n>", "number of workers (default: one per core)")
          .argParser(integer({ min: 1, max: 1024 })),
      )
      .addOption(reduceOption())
      .addOption(outOption())
      .option("--force", "replace the results of an earlier job")
      .addOption(taskTimeoutOption())
      .addOption(adminOption())
      .addOption(insecureOption())
      .addOption(splitOption())
      .addOption(attemptsOption())
      .addOption(backupOption())
      .option("--skip-bad-records", "leave out records on which the application fails repeatedly")
      .addOption(jsonOption()),
  async run({ args: [words], options }, env) {
    checkMasterFlags(options);
    const { source, rest } = splitAppWords(words, options);
    if (rest.length === 0) throw new UsageError("missing argument 'input'");
    const inputs = findInputs(rest);
    const { info } = await loadWorkerApp(source);
    const listen = { hostname: "127.0.0.1", port: 0 };
    const master = await startMaster({ flags: options, inputs, app: info, listen }, env);
    try {
      const count = options.workers ?? navigator.hardwareConcurrency;
      return await runWithWorkers(master, source, count, options, env);
    } finally {
      await closeMaster(master, false, env);
    }
  },
});

/** Runs a job on workers of its own. They are gone at its end, and so are their files; logs stay if the job failed. */
async function runWithWorkers(
  master: Master,
  source: AppSource,
  count: number,
  flags: MasterFlags,
  env: CommandEnv,
): Promise<number> {
  const folder = new RunFolder();
  const workers = new LocalWorkers({
    count,
    clock: new RealClock(),
    command(name) {
      const log = folder.log(name);
      const place = ["--master", addressText(master.address), "--temp", folder.path];
      const own = ["--child", "--name", name, "--log", log];
      return { ...selfCommand(["mr-worker", ...place, ...own, ...appArguments(source)]), log };
    },
    workDone() {
      const { map, reduce } = master.status();
      return map.completed + reduce.completed;
    },
    onDied: (name, how) => master.workerDied(name, how),
    onGivenUp: (how, log) =>
      master.abort(`No worker stays alive: the last one ${how}; its messages are in ${log}`),
  });
  const watch = setInterval(() => {
    // Whom the master takes for dead does not answer: it hangs, or is stopped.
    for (const { address, life } of master.status().workers) {
      if (life === "dead") workers.kill(address.workerId);
    }
  }, LOOK_EVERY_MS);
  let hasFailed = false;
  try {
    return await runMaster(master, flags, env);
  } catch (error) {
    hasFailed = !env.interrupted.aborted;
    if (!hasFailed) workers.interrupt();
    throw error;
  } finally {
    clearInterval(watch);
    await workers.stop();
    await (hasFailed ? folder.removeButLogs() : folder.remove());
  }
}
