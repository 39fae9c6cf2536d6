/** `dist824 mr-worker`: works for a MapReduce master until the job is done. */

import { ms } from "../core/base/units.ts";
import { RealClock } from "../core/host/clock.ts";
import { machineId } from "../core/host/machine_id.ts";
import { dieWithParent } from "../core/host/parent_watch.ts";
import { systemTemporaryFolder, TemporaryFolder } from "../core/host/temporary_folder.ts";
import type { WorkerOutcome } from "../core/mapreduce/worker_link.ts";
import { makeWorkerFolder, Worker } from "../core/server/mod.ts";
import { address, addressText, isLoopback } from "./address.ts";
import { childSignal, ParentGoneError } from "./child_signal.ts";
import {
  tlsCaOption,
  tlsCertOption,
  tlsKeyOption,
  tlsSettings,
  wantsTls,
} from "./cluster/tls_options.ts";
import { type CommandEnv, defineCommand, EXIT, Option } from "./command.ts";
import { FailedError, UsageError } from "./errors.ts";
import { MASTER_DEFAULT, refuseOpen } from "./mapreduce/master_address.ts";
import { splitAppWords } from "./mapreduce/app_words.ts";
import { loadWorkerApp } from "./mapreduce/load_worker_app.ts";
import { untilInterrupted } from "./mapreduce/master_job.ts";
import { ownLog, parentsLog } from "./mapreduce/worker_log.ts";
import { randomStream } from "./mapreduce/random_stream.ts";
import { mapperOption, reducerOption } from "./mapreduce/options.ts";
import { insecureOption } from "./options.ts";
import { seconds } from "./values.ts";

const DESCRIPTION = [
  "Work for a MapReduce master until its job is done. APP is an application that comes with the program, or the " +
  "path of a TypeScript or JavaScript module that exports map and reduce.",
  "A worker whose master cannot be reached regards the job as over, and exits with 0.",
].join("\n\n");

/** How long a worker that is to end may take to say goodbye. */
const GOODBYE_MS = 1500;

/** Works for a master. */
export const mrWorkerCommand = defineCommand({
  name: "mr-worker",
  summary: "Work for a MapReduce master until its job is done",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 mr-worker wc", does: "count words for the master on this machine" },
    {
      line: "dist824 mr-worker ./app.ts --master 10.0.0.1:9824 --insecure",
      does: "work for a master on another machine",
    },
  ],
  configure: (command) =>
    command
      .usage("[options] APP [ARGUMENT...]")
      .argument("[app...]", "wc, indexer, grep PATTERN, sort, or the path of a module")
      .addOption(mapperOption())
      .addOption(reducerOption())
      .addOption(
        new Option("--master <host:port>", "where the master is (default: 127.0.0.1:9824)")
          .argParser(address),
      )
      .addOption(
        new Option("--wait <s>", "wait <s> seconds for a master that is not there yet")
          .argParser(seconds),
      )
      .addOption(
        new Option("--listen <host:port>", "where others find this worker's files")
          .argParser(address),
      )
      .option(
        "--no-shared-disk",
        "have others fetch files over the network, as from another machine",
      )
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(insecureOption())
      .addOption(new Option("--log <file>", "tell people that messages are in <file>").hideHelp())
      .addOption(new Option("--name <id>", "name of the worker").hideHelp())
      .addOption(new Option("--temp <dir>", "keep files below <dir>").hideHelp())
      .addOption(new Option("--child", "leave when standard input ends").hideHelp()),
  async run({ args: [words], options }, env) {
    const master = options.master ?? MASTER_DEFAULT;
    const listen = options.listen ?? { hostname: "127.0.0.1", port: 0 };
    refuseOpen("--listen", listen, options.insecure ?? false, wantsTls(options));
    if (!isLoopback(master) && options.listen === undefined) {
      throw new UsageError(
        "a worker of a master on another machine needs --listen HOST:0, so that others can fetch its files",
      );
    }
    const { source, rest } = splitAppWords(words, options);
    if (rest.length > 0) throw new UsageError(`too much was given: ${rest.join(" ")}`);
    const secrets = await tlsSettings(options);
    const clock = new RealClock();
    const random = randomStream();
    const log = options.log === undefined ? ownLog(random) : parentsLog(options.log, env.stderr);
    const app = await loadWorkerApp(source, (line) => log.say(line));
    const folder = makeWorkerFolder(options.temp);
    const endWatch = options.child ? dieWithParent() : () => {};
    try {
      const worker = new Worker({
        app,
        master,
        listen,
        folder,
        workerId: options.name ?? `worker-${Deno.pid}-${random.below(0x10000).toString(16)}`,
        machineId: options.sharedDisk
          ? machineId(systemTemporaryFolder())
          : random.bits53().toString(16),
        log: log.path,
        ...(options.wait !== undefined && { patience: { firstContact: ms(options.wait * 1000) } }),
        ...secrets,
        clock,
        random: random.child("worker"),
        onTaskError: ({ kind, task, attempt }, error) =>
          log.say(`${kind} task ${task}, attempt ${attempt}: ${errorText(error)}`),
      });
      const outcome = await runWorker(worker, options.child ? childSignal(env) : env.interrupted);
      if (outcome.kind === "jobFailed") log.keep();
      return exitCode(outcome, addressText(master), env);
    } catch (error) {
      // All that the parent cannot remove any more.
      if (error instanceof ParentGoneError && options.temp !== undefined) {
        TemporaryFolder.removeLeft(options.temp);
      }
      throw error;
    } finally {
      endWatch();
      log.close();
      await folder.remove();
    }
  },
});

/** Runs a worker to its end. When `signal` is aborted it leaves, and its reason is thrown. */
async function runWorker(worker: Worker, signal: AbortSignal): Promise<WorkerOutcome> {
  const running = worker.run();
  try {
    return await untilInterrupted(running, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
    worker.leave();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, GOODBYE_MS);
    });
    await Promise.race([running.catch(() => {}), patience]);
    clearTimeout(timer);
    throw error;
  } finally {
    await worker.close();
  }
}

/** What an error says; and where it was thrown, if the application has thrown it. */
function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  return cause instanceof Error ? `${message}\n${cause.stack ?? cause.message}` : message;
}

function exitCode(outcome: WorkerOutcome, master: string, env: CommandEnv): number {
  switch (outcome.kind) {
    case "jobDone":
    case "left":
      return EXIT.good;
    case "jobFailed":
      throw new FailedError(`the job has failed: ${outcome.message}`);
    case "refused":
      throw new FailedError(`the master does not want this worker: ${outcome.message}`);
    case "unreachable": {
      const what = outcome.first
        ? `no master at ${master}: the job is over, or has not begun (${outcome.message})`
        : `the master at ${master} is gone: the job is over (${outcome.message})`;
      env.stderr.write(`${what}\n`);
      return EXIT.good;
    }
  }
}
