/** `dist824 mr-master`: coordinates one MapReduce job, and exits when it is done. */

import { address, addressText } from "./address.ts";
import { childSignal } from "./child_signal.ts";
import {
  tlsCaOption,
  tlsCertOption,
  tlsKeyOption,
  tlsSettings,
  wantsTls,
} from "./cluster/tls_options.ts";
import { defineCommand, Option } from "./command.ts";
import { MASTER_DEFAULT, refuseOpen } from "./mapreduce/master_address.ts";
import { findInputs } from "./mapreduce/inputs.ts";
import { checkMasterFlags, closeMaster, runMaster, startMaster } from "./mapreduce/master_job.ts";
import {
  adminOption,
  attemptsOption,
  backupOption,
  outOption,
  reduceOption,
  splitOption,
  taskTimeoutOption,
} from "./mapreduce/options.ts";
import { insecureOption, jsonOption } from "./options.ts";

const DESCRIPTION = [
  "Coordinate one MapReduce job: hand its tasks out to workers, and exit when it is done. The workers bring " +
  "the application; they may come and go at any time (dist824 mr-worker).",
  "The results are the files mr-out-0, mr-out-1, … in the folder --out, and _SUCCESS when they are complete. " +
  "A master that was killed goes on where it was when it is started again with the same command.",
].join("\n\n");

/** Coordinates a job. */
export const mrMasterCommand = defineCommand({
  name: "mr-master",
  summary: "Coordinate one MapReduce job",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 mr-master texts/*.txt", does: "coordinate a job over these files" },
    { line: "dist824 mr-master texts --out result --admin", does: "a folder, with a status page" },
  ],
  configure: (command) =>
    command
      .argument("<input...>", "input files; a folder stands for the files in it")
      .addOption(reduceOption())
      .addOption(outOption())
      .option("--force", "replace the results of an earlier job")
      .addOption(taskTimeoutOption())
      .addOption(
        new Option(
          "--listen <host:port>",
          "where workers find the master (default: 127.0.0.1:9824)",
        )
          .argParser(address),
      )
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(insecureOption())
      .addOption(adminOption())
      .addOption(splitOption())
      .addOption(attemptsOption())
      .addOption(backupOption())
      .option("--skip-bad-records", "leave out records on which the application fails repeatedly")
      .addOption(jsonOption())
      .addOption(new Option("--child", "leave when standard input ends").hideHelp()),
  async run({ args: [names], options }, env) {
    checkMasterFlags(options);
    const listen = options.listen ?? MASTER_DEFAULT;
    refuseOpen("--listen", listen, options.insecure ?? false, wantsTls(options));
    const secrets = await tlsSettings(options);
    const inputs = findInputs(names);
    const start = { flags: options, inputs, app: undefined, listen, ...secrets };
    const master = await startMaster(start, env);
    try {
      env.stderr.write(`listening on ${addressText(master.address)}\n`);
      return await runMaster(
        master,
        options,
        options.child ? { ...env, interrupted: childSignal(env) } : env,
      );
    } finally {
      await closeMaster(master, true, env);
    }
  },
});
