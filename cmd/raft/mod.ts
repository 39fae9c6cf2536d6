/** `dist824 raft`: a bare replicated log. */

import { defineGroup } from "../command.ts";
import { raftLogCommand } from "./log.ts";
import { raftProposeCommand } from "./propose.ts";
import { raftServeCommand } from "./serve.ts";
import { raftStatusCommand } from "./status.ts";
import { raftTransferCommand } from "./transfer.ts";

/** Everything about a bare replicated log. */
export const raftCommand = defineGroup({
  name: "raft",
  summary: "Serve a replicated log, and use it: Raft without anything on top",
  commands: [
    raftServeCommand,
    raftProposeCommand,
    raftStatusCommand,
    raftLogCommand,
    raftTransferCommand,
  ],
  examples: [
    { line: "dist824 raft serve", does: "a local cluster of three servers" },
    { line: "dist824 raft propose hello", does: "put a command into its log" },
    { line: "dist824 raft status", does: "see how it is doing" },
  ],
});
