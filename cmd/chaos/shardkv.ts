/** `dist824 chaos shardkv`: breaks a local sharded store while its shards move, and looks whether it keeps its word. */

import { defineCommand } from "../command.ts";
import { jsonOption, seedOption } from "../options.ts";
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
import { CHAOS_SHARDS, ShardkvStore } from "./shardkv_store.ts";

/** Breaks a sharded store. */
export const chaosShardkvCommand = defineCommand({
  name: "shardkv",
  summary: "Break a local sharded store while its shards move, and check what its clients saw",
  description: [
    "Start a sharded store on this machine, a controller and two groups of three servers each, let clients work, and " +
    "have one fault after the other come and go in one of the three. In every round the configuration changes as " +
    "well: a group leaves or joins, or a shard moves. The end is that of dist824 chaos kv. Unavailability is that of " +
    `the worst of ${CHAOS_SHARDS} shards.`,
    `Faults:\n\n${faultsText()}`,
    "It exits with 0 if all is well, 1 if not, 3 if the checker's budget was spent first, 130 if it was interrupted.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 chaos shardkv", does: "a minute of all faults" },
    { line: "dist824 chaos shardkv --faults kill --rounds 20", does: "twenty rounds of one kind" },
  ],
  configure: (command) =>
    command
      .addOption(durationOption())
      .addOption(roundsOption())
      .addOption(seedOption())
      .addOption(faultsOption())
      .addOption(clientsOption())
      .addOption(keysOption().default(24))
      .addOption(budgetOption())
      .addOption(jsonOption())
      .addOption(outOption())
      .addOption(keepDataOption()),
  run({ options }, env) {
    return runChaos(
      { name: "shardkv", open: (start) => new ShardkvStore(start) },
      options,
      env,
    );
  },
});
