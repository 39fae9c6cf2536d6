/** `dist824 shardkv serve`: one server of a group, or a whole sharded store on this machine. */

import { join } from "node:path";
import { GroupServer } from "../../core/server/shardkv/mod.ts";
import { chaosOption } from "../chaos/troubles.ts";
import { nodeSettings } from "../cluster/node_settings.ts";
import { logFormatOption, logLevelOption, serverAdminOption } from "../cluster/serve_options.ts";
import { serveServer } from "../cluster/serve_server.ts";
import {
  clusterOption,
  idOption,
  listenOption,
  peersOption,
  portOption,
} from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand, Option } from "../command.ts";
import { UsageError } from "../errors.ts";
import { insecureOption } from "../options.ts";
import { clientsOption, doorSettings, maxClientsOption } from "../kv/door_options.ts";
import { passwordOption } from "../kv/password.ts";
import { ctrlerNames, CTRLERS_PORT, ctrlersOption } from "../shardctrler/addresses.ts";
import { gidOf } from "../shardctrler/groups.ts";
import { size } from "../values.ts";
import { serveDemonstration } from "./demonstration.ts";

const DATA_DEFAULT = join("dist824-data", "shardkv");

/** Serves a sharded store. */
export const shardkvServeCommand = defineCommand({
  name: "serve",
  summary: "Serve a sharded store: a local one with two groups, or one server of a group",
  description: [
    "Serve a key/value store whose keys are spread over groups of servers by shards. Shards move between groups " +
    "while the others are served, with all that they have.",
    "Any server of a group takes any command of any Redis client, and has it carried out by the group of the key. " +
    "Commands with several keys need keys of one shard: give them a common {tag}.",
    "Without --gid it is a whole store on this machine: a controller and two groups, three servers each, every " +
    "one a process with a folder of its own below --data. With --gid, --id and --peers it is one server of a " +
    "group; `dist824 shardctrler join` gives the group its shards.",
  ].join("\n\n"),
  examples: [
    { line: "dist824 shardkv serve", does: "a controller and two groups on this machine" },
    {
      line: "dist824 shardkv serve --gid 3 --id 1 --peers 1=127.0.0.1:7840 " +
        "--clients 127.0.0.1:6840 --cluster NAME",
      does: "a third group, of one server; a local store says its NAME when it starts",
    },
  ],
  configure: (command) =>
    command
      .addOption(portOption(CTRLERS_PORT))
      .addOption(new Option("--gid <gid>", "be a server of this group").argParser(gidOf))
      .addOption(idOption())
      .addOption(peersOption())
      .addOption(ctrlersOption())
      .addOption(clientsOption())
      .addOption(passwordOption())
      .addOption(maxClientsOption())
      .addOption(listenOption())
      .option("--data <dir>", `folder for the data (default: ${DATA_DEFAULT}, or below it)`)
      .addOption(clusterOption())
      .addOption(
        new Option(
          "--compact <size>",
          "compact the log whenever it has grown by so much (default: 64M)",
        ).argParser(size),
      )
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(insecureOption())
      .addOption(serverAdminOption())
      .addOption(logLevelOption())
      .addOption(logFormatOption())
      .addOption(chaosOption())
      .addOption(new Option("--child", "leave when standard input ends").hideHelp()),
  async run({ options: flags }, env) {
    const { gid, id, peers, port, data = DATA_DEFAULT, ctrlers, compact } = flags;
    if (gid === undefined) {
      if (id !== undefined || peers !== undefined) {
        throw new UsageError("--id and --peers are for one server of a group: they go with --gid");
      }
      for (const name of ["clients", "admin"] as const) {
        if (flags[name] === undefined) continue;
        throw new UsageError(`--${name} is for one server of a group: it goes with --gid`);
      }
      return await serveDemonstration({ ...flags, data, port: port ?? CTRLERS_PORT }, env);
    }
    if (port !== undefined) {
      throw new UsageError("--port is for a whole store on this machine: it goes without --gid");
    }
    const folder = join(DATA_DEFAULT, `group-${gid}`, `server-${id}`);
    const node = await nodeSettings(flags, folder, env);
    const { options, address } = node;
    const door = doorSettings(flags, env);
    return await serveServer(
      {
        name: `server ${options.id} of group ${gid}`,
        address,
        clients: door.clients,
        open: () =>
          GroupServer.open({
            ...options,
            gid,
            door,
            ctrlers: ctrlerNames(ctrlers),
            ...(compact !== undefined && { snapshotBytes: compact }),
          }),
      },
      node,
      env,
    );
  },
});
