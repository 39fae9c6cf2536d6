/** `dist824 chaos mr`: kills and freezes the master and the workers of word counts, and compares the results. */

import { Option } from "@commander-js/extra-typings";
import { defineCommand } from "../../command.ts";

import { jsonOption, seedOption } from "../../options.ts";
import { integer, oneOf, size } from "../../values.ts";
import { durationOption, outOption, roundsOption } from "../options.ts";
import { runMrChaos } from "./run.ts";
import { JOB_FAULTS } from "./schedule.ts";

/** Breaks MapReduce jobs. */
export const chaosMrCommand = defineCommand({
  name: "mr",
  summary: "Kill and freeze the master and the workers of jobs, and check the results",
  description: [
    "Count the words of generated texts with a master and workers that are processes of this machine, and kill " +
    "(SIGKILL) or freeze (SIGSTOP, SIGCONT) the master or some workers again and again; whoever was killed is started " +
    "again. The job must be done in the end, and its result must be that of a sequential program, with nothing left " +
    "beside it. Then the next job begins.",
    "It exits with 0 if all is well, 1 if not, 130 if it was interrupted. The folder of a job that went wrong is kept.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 chaos mr", does: "a minute of jobs" },
    { line: "dist824 chaos mr --faults kill-master --rounds 20", does: "twenty dead masters" },
  ],
  configure: (command) =>
    command
      .addOption(durationOption())
      .addOption(roundsOption())
      .addOption(seedOption())
      .addOption(
        new Option("--faults <list>", `some of ${JOB_FAULTS.join(",")} (default: all)`)
          .argParser((text) => text.split(",").map((word) => oneOf(JOB_FAULTS)(word.trim()))),
      )
      .addOption(
        new Option("--workers <n>", "workers of a job").argParser(integer({ min: 1, max: 64 }))
          .default(3),
      )
      .addOption(
        new Option("--bytes <size>", "text of a job (default: 4M)").argParser(size),
      )
      .addOption(jsonOption())
      .addOption(outOption()),
  run: ({ options }, env) =>
    runMrChaos({ ...options, bytes: options.bytes ?? 4 * 1024 * 1024 }, env),
});
