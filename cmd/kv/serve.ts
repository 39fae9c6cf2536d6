/** `dist824 kv serve`: a key/value store for Redis clients, one server of it or a whole local cluster. */

import { join } from "node:path";
import { KvServer } from "../../core/server/kv/mod.ts";
import { addressText } from "../address.ts";
import { chaosOption } from "../chaos/troubles.ts";
import { FIRST_PORTS } from "../cluster/local_servers.ts";
import { nodeSettings } from "../cluster/node_settings.ts";
import {
  type Cluster,
  type ClusterFlags,
  type Member,
  memberArgs,
  optionArgs,
  serveCluster,
  wantsCluster,
} from "../cluster/serve_cluster.ts";
import { logFormatOption, logLevelOption, serverAdminOption } from "../cluster/serve_options.ts";
import { serveServer } from "../cluster/serve_server.ts";
import {
  clusterOption,
  idOption,
  listenOption,
  peersOption,
  portOption,
  replicasOption,
} from "../cluster/server_options.ts";
import { tlsCaOption, tlsCertOption, tlsKeyOption } from "../cluster/tls_options.ts";
import { type CommandEnv, defineCommand, Option } from "../command.ts";
import { insecureOption } from "../options.ts";
import { size } from "../values.ts";
import { clientsOption, doorSettings, maxClientsOption } from "./door_options.ts";
import { passwordOption, readPassword } from "./password.ts";

const DATA_DEFAULT = join("dist824-data", "kv");

const DESCRIPTION = [
  "Serve a key/value store to any Redis client: redis-cli, redis-benchmark, and the client libraries. Each write is " +
  "on the disks of a majority of the servers before it is answered, and every read sees it. Any server takes any command.",
  "Without --id it is a whole local cluster: each server is a process, with a folder of its own below --data. " +
  "Kill one and see: the others go on, and it is started again. With --id and --peers it is one server of a " +
  "cluster whose servers may be anywhere.",
  "A command whose outcome cannot be known is answered -UNCERTAIN, one that was certainly not carried out " +
  "-TRYAGAIN. A server that is ended by SIGTERM or Ctrl-C hands leadership over first.",
].join("\n\n");

/** Serves a key/value store. */
export const kvServeCommand = defineCommand({
  name: "serve",
  summary: "Serve a key/value store to Redis clients: a local cluster, or one server of any",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 kv serve", does: "a local cluster of three servers, on ports 6824 to 6826" },
    { line: "dist824 kv serve --replicas 5 --port 0 --data /tmp/kv", does: "five, on free ports" },
    {
      line:
        "dist824 kv serve --id 1 --peers 1=10.0.0.1:7824,2=10.0.0.2:7824,3=10.0.0.3:7824 --insecure",
      does: "one server of three machines, on a network that is trusted",
    },
  ],
  configure: (command) =>
    command
      .addOption(replicasOption())
      .addOption(portOption(FIRST_PORTS.clients))
      .addOption(idOption())
      .addOption(peersOption())
      .addOption(clientsOption())
      .addOption(listenOption())
      .option("--data <dir>", `folder for the data (default: ${DATA_DEFAULT}, or its server-<id>)`)
      .addOption(clusterOption())
      .addOption(passwordOption())
      .addOption(maxClientsOption())
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
    if (wantsCluster(flags)) return await serveKvCluster(flags, env);
    const door = doorSettings(flags, env);
    const node = await nodeSettings(flags, join(DATA_DEFAULT, `server-${flags.id}`), env);
    const { options, address } = node;
    const { compact } = flags;
    return await serveServer(
      {
        name: `server ${options.id}`,
        address,
        clients: door.clients,
        open: () =>
          KvServer.open({
            ...options,
            ...door,
            ...(compact !== undefined && { snapshotBytes: compact }),
          }),
      },
      node,
      env,
    );
  },
});

/** What the command line says of a local cluster. */
export interface KvClusterFlags extends ClusterFlags {
  readonly requirepassFile?: string | undefined;
  readonly maxClients?: number | undefined;
  readonly compact?: number | undefined;
}

function serveKvCluster(flags: KvClusterFlags, env: CommandEnv): Promise<number> {
  const auth = readPassword(flags.requirepassFile, env) === undefined ? "" : " --askpass";
  return serveCluster(
    {
      what: "a key/value store",
      door: "clients",
      dataFolder: DATA_DEFAULT,
      argsOf: (member, cluster) => kvArgs(member, cluster, flags),
      tries: ({ members: [first] }, servers) => [
        `redis-cli -p ${first!.addresses.clients.port}${auth} set hello world`,
        `dist824 kv get hello${servers}`,
        `dist824 kv status${servers}`,
      ],
    },
    flags,
    env,
  );
}

/** The arguments with which this program becomes a server of a local cluster. */
export function kvArgs(
  member: Member<"clients">,
  { members, clusterId }: Cluster<"clients">,
  flags: KvClusterFlags,
): string[] {
  return [
    ...["kv", "serve"],
    ...memberArgs(member, members, clusterId, flags),
    ...["--clients", addressText(member.addresses.clients)],
    ...optionArgs("--requirepass-file", flags.requirepassFile),
    ...optionArgs("--max-clients", flags.maxClients),
    ...optionArgs("--compact", flags.compact),
  ];
}
