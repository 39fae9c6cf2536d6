/** `dist824 wal`: the write-ahead logs that servers leave on disk. */

import { defineGroup } from "../command.ts";
import { walInspectCommand } from "./inspect.ts";
import { walVerifyCommand } from "./verify.ts";

/** Everything about logs on disk. */
export const walCommand = defineGroup({
  name: "wal",
  summary: "Look at the logs that servers keep on disk",
  description: "Look at the write-ahead logs that servers keep on disk. Nothing is changed.",
  commands: [walInspectCommand, walVerifyCommand],
  examples: [
    { line: "dist824 wal verify dist824-data/raft/server-1", does: "can a server start with it?" },
    { line: "dist824 wal inspect dist824-data/raft/server-1", does: "what is in it?" },
  ],
});
