/** `dist824 shardkv`: the sharded key/value store. */

import { defineGroup } from "../command.ts";
import { shardkvAppendCommand, shardkvGetCommand, shardkvPutCommand } from "./operations.ts";
import { shardkvServeCommand } from "./serve.ts";
import { shardkvStatusCommand } from "./status.ts";

/** Everything about the sharded store. */
export const shardkvCommand = defineGroup({
  name: "shardkv",
  summary: "Serve a key/value store that is spread over groups of servers, and use it",
  commands: [
    shardkvServeCommand,
    shardkvGetCommand,
    shardkvPutCommand,
    shardkvAppendCommand,
    shardkvStatusCommand,
  ],
  examples: [
    { line: "dist824 shardkv serve", does: "a controller and two groups on this machine" },
    { line: "dist824 shardkv put hello world", does: "set a key, exactly once" },
    { line: "dist824 shardkv status", does: "see where each shard is" },
  ],
});
