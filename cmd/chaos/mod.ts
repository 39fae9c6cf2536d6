/** `dist824 chaos`: real clusters that are broken on purpose. */

import { defineGroup } from "../command.ts";
import { chaosKvCommand } from "./kv.ts";
import { chaosMrCommand } from "./mr/mod.ts";
import { chaosShardkvCommand } from "./shardkv.ts";

/** All of it. */
export const chaosCommand = defineGroup({
  name: "chaos",
  summary: "Break real local clusters in every way, and check that they keep their word",
  commands: [chaosKvCommand, chaosShardkvCommand, chaosMrCommand],
  examples: [
    {
      line: "dist824 chaos kv --duration 60s",
      does: "a minute of all faults on a replicated store",
    },
  ],
});
