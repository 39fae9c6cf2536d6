/** `dist824 shardctrler serve`: one server of the controller. */

import { join } from "node:path";
import { CtrlerServer } from "../../core/server/shardctrler/mod.ts";
import { chaosOption } from "../chaos/troubles.ts";
import { nodeSettings } from "../cluster/node_settings.ts";
import { logFormatOption, logLevelOption, serverAdminOption } from "../cluster/serve_options.ts";
import { serveServer } from "../cluster/serve_server.ts";
import { clusterOption, idOption, listenOption, peersOption } from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { defineCommand, Option } from "../command.ts";
import { insecureOption } from "../options.ts";
import { integer } from "../values.ts";

const DATA_DEFAULT = join("dist824-data", "shardctrler");
const SHARDS_DEFAULT = 64;
const SHARDS_MAX = 4096;

/** Serves the controller. */
export const ctrlerServeCommand = defineCommand({
  name: "serve",
  summary: "Be one server of the controller of a sharded store",
  description: [
    "Be one server of the controller, which says which group of servers has which shard of a sharded store.",
    "A whole store on this machine, with a controller and two groups, is started by `dist824 shardkv serve`.",
  ].join("\n\n"),
  examples: [{
    line:
      "dist824 shardctrler serve --id 1 --peers 1=127.0.0.1:7824,2=127.0.0.1:7825,3=127.0.0.1:7826",
    does: "one of three",
  }],
  configure: (command) =>
    command
      .addOption(idOption().makeOptionMandatory())
      .addOption(peersOption().makeOptionMandatory())
      .addOption(listenOption())
      .addOption(
        new Option(
          "--shards <n>",
          `how many shards a new store has, for ever; the same for all servers (default: ${SHARDS_DEFAULT})`,
        ).argParser(integer({ min: 1, max: SHARDS_MAX })),
      )
      .option("--data <dir>", `folder for the data (default: ${DATA_DEFAULT}/server-<id>)`)
      .addOption(clusterOption())
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
    const folder = join(DATA_DEFAULT, `server-${flags.id}`);
    const node = await nodeSettings(flags, folder, env);
    const { options, address } = node;
    const shardCount = flags.shards ?? SHARDS_DEFAULT;
    return await serveServer(
      {
        name: `server ${options.id} of the controller`,
        address,
        open: () => CtrlerServer.open({ ...options, shardCount }),
      },
      node,
      env,
    );
  },
});
