/** `dist824 kv status`: how the servers of a cluster are doing. */

import { ms, type ServerId } from "../../core/base/mod.ts";
import { type Address, RpcError } from "../../core/host/mod.ts";
import type { KvClient } from "../../core/server/kv/mod.ts";
import { addressText } from "../address.ts";
import { clusterOption, serversOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand, EXIT } from "../command.ts";
import { jsonOption } from "../options.ts";
import { writeWholeText } from "../test_runner/files.ts";
import { DEFAULT_SERVERS_TEXT } from "./addresses.ts";
import { withKvClient } from "./connect.ts";
import { type Answer, leaderOf, statusTable } from "./status_table.ts";

/** How long a server may take to say how it is doing. */
const PATIENCE = ms(3000);

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
      .addOption(clusterOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(jsonOption()),
  async run({ options }, env) {
    const answers = await withKvClient(
      options,
      (client, servers) => Promise.all([...servers].map(([id, where]) => ask(client, id, where))),
    );
    const { json } = options;
    if (json !== undefined) {
      const text = `${JSON.stringify({ servers: answers }, undefined, 2)}\n`;
      if (json === "-") env.stdout.write(text);
      else writeWholeText(json, text);
    }
    if (json !== "-") env.stdout.write(statusTable(answers));
    return leaderOf(answers) === undefined ? EXIT.failed : EXIT.good;
  },
});

async function ask(client: KvClient, id: ServerId, where: Address): Promise<Answer> {
  try {
    return await client.status(id, PATIENCE);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return { id, address: addressText(where), error: error.message };
  }
}
