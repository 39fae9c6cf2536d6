/** `dist824 chaos kv`: breaks a local cluster of the key/value store in every way, and looks whether it keeps its word. */

import { replicasOption } from "../cluster/server_options.ts";
import { defineCommand } from "../command.ts";
import { jsonOption, seedOption } from "../options.ts";
import { KvStore } from "./kv_store.ts";
import {
  budgetOption,
  clientsOption,
  durationOption,
  faultsOption,
  faultsText,
  keepDataOption,
  keysOption,
  outOption,
  roundsOption,
} from "./options.ts";
import { runChaos } from "./run_chaos.ts";

const REPLICAS_DEFAULT = 3;

/** Breaks a replicated store. */
export const chaosKvCommand = defineCommand({
  name: "kv",
  summary: "Break a local cluster of the key/value store, and check what its clients saw",
  description: [
    "Start a local cluster of the key/value store, let Redis clients work, and have one fault after the other come " +
    "and go. Then everything is healed: every client must make progress, the history of all operations must be " +
    "linearizable, all that was acknowledged must be there, and all replicas must be equal.",
    `Faults:\n\n${faultsText()}`,
    "The seed decides which faults come when and whom they hit. It exits with 0 if all is well, 1 if not, 3 if the " +
    "checker's budget was spent first, 130 if it was interrupted. dist824 history check reads the history again.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 chaos kv", does: "a minute of all faults" },
    {
      line: "dist824 chaos kv --faults kill,freeze --rounds 50 --replicas 5",
      does: "fifty rounds of two kinds, with five servers",
    },
  ],
  configure: (command) =>
    command
      .addOption(durationOption())
      .addOption(roundsOption())
      .addOption(seedOption())
      .addOption(faultsOption())
      .addOption(replicasOption())
      .addOption(clientsOption())
      .addOption(keysOption())
      .addOption(budgetOption())
      .addOption(jsonOption())
      .addOption(outOption())
      .addOption(keepDataOption()),
  run({ options }, env) {
    const { replicas = REPLICAS_DEFAULT } = options;
    return runChaos(
      { name: "kv", open: (start) => new KvStore({ replicas, ...start }) },
      options,
      env,
    );
  },
});
