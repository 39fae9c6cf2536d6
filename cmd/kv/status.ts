/** `dist824 kv status`: how the servers of a cluster are doing. */

import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import { clientClusterOption, serversOption } from "../cluster/server_options.ts";
import { askAll, tellStatus } from "../cluster/status.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand } from "../command.ts";
import { jsonOption } from "../options.ts";
import { withKvClient } from "./connect.ts";
import { kvStatusTable } from "./status_table.ts";

/** Shows a table of servers. */
export const kvStatusCommand = defineCommand({
  name: "status",
  summary: "Show how the servers of a key/value store are doing",
  description: [
    "Show each server's role, its term, how many entries of its log are committed and applied, what a follower " +
    "lacks of the leader's log (`lag`) and how long ago the leader heard from it, its keys and their bytes, and " +
    "its Redis clients.",
    "The exit code is 1 if there is no leader.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 kv status", does: "the local cluster" },
    { line: "dist824 kv status --servers 10.0.0.1:7824", does: "the cluster of that server" },
    { line: "dist824 kv status --json -", does: "everything that there is to know" },
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
    const answers = await withKvClient(options, askAll);
    return tellStatus(answers, kvStatusTable, options.json, env);
  },
});
