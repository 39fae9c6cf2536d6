/** `dist824 raft status`: how the servers of a cluster are doing. */

import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import { clientClusterOption, serversOption } from "../cluster/server_options.ts";
import { askAll, tellStatus } from "../cluster/status.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../options.ts";
import { withRaftClient } from "./connect.ts";
import { raftStatusTable } from "./status_table.ts";

/** Shows a table of servers. */
export const raftStatusCommand = defineCommand({
  name: "status",
  summary: "Show how the servers of a replicated log are doing",
  description: [
    "Show each server's role, its term, and how far its log is: `commit` is known to be on a majority of disks, " +
    "`applied` has reached the state machine. `lag` is what a follower lacks of the leader's log, `contact` how " +
    "long ago the leader heard from it. Servers with the same number of commands have the same fingerprint.",
    "The exit code is 1 if there is no leader.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 raft status", does: "the local cluster" },
    { line: "dist824 raft status --servers 10.0.0.1:7824", does: "the cluster of that server" },
    { line: "dist824 raft status --json -", does: "everything that there is to know" },
  ],
  configure: (command) =>
    command
      .addOption(serversOption(DEFAULT_SERVERS_TEXT))
      .addOption(clientClusterOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(jsonOption()),
  async run({ options }, env) {
    const answers = await withRaftClient(options, askAll);
    return tellStatus(answers, raftStatusTable, options.json, env);
  },
});
