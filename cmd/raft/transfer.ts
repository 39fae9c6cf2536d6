/** `dist824 raft transfer`: moves leadership. */

import { defineCommand, EXIT } from "../command.ts";
import { DEFAULT_SERVERS_TEXT } from "../cluster/local_servers.ts";
import {
  clientClusterOption,
  id,
  patienceOption,
  serversOption,
} from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { FailedError } from "../errors.ts";
import { withRaftClient } from "./connect.ts";

/** Hands leadership to another server. */
export const raftTransferCommand = defineCommand({
  name: "transfer",
  summary: "Hand leadership to another server, without a pause for clients",
  examples: [
    { line: "dist824 raft transfer", does: "to the most advanced follower" },
    { line: "dist824 raft transfer 2", does: "to server 2" },
  ],
  configure: (command) =>
    command
      .argument("[id]", "the server that is to lead", id)
      .addOption(serversOption(DEFAULT_SERVERS_TEXT))
      .addOption(clientClusterOption())
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(patienceOption()),
  async run({ args: [to], options }, env) {
    const outcome = await withRaftClient(options, (client) => client.transfer(to));
    if (outcome.kind === "failed") {
      throw new FailedError(`leadership was not handed over: ${outcome.reason}`);
    }
    env.stdout.write(`server ${outcome.leaderId} leads\n`);
    return EXIT.good;
  },
});
