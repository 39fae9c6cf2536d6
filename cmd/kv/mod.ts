/** `dist824 kv`: the replicated key/value store. */

import { defineGroup } from "../command.ts";
import {
  kvAppendCommand,
  kvCasCommand,
  kvDelCommand,
  kvGetCommand,
  kvPutCommand,
} from "./operations.ts";
import { kvServeCommand } from "./serve.ts";
import { kvStatusCommand } from "./status.ts";

/** Everything about the key/value store. */
export const kvCommand = defineGroup({
  name: "kv",
  summary: "Serve a replicated key/value store to Redis clients, and use it",
  commands: [
    kvServeCommand,
    kvGetCommand,
    kvPutCommand,
    kvAppendCommand,
    kvDelCommand,
    kvCasCommand,
    kvStatusCommand,
  ],
  examples: [
    { line: "dist824 kv serve", does: "a local cluster of three servers" },
    { line: "dist824 kv put greeting 'hello world'", does: "set a key, exactly once" },
    { line: "dist824 kv status", does: "see how the servers are doing" },
  ],
});
