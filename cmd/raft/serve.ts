/** `dist824 raft serve`: a replicated log, one server of it or a whole local cluster. */

import { join } from "node:path";
import { RaftServer } from "../../core/server/raft/mod.ts";
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

const DATA_DEFAULT = join("dist824-data", "raft");

const DESCRIPTION = [
  "Serve a replicated log: what is put into it is on the disks of a majority of its servers, in the same order.",
  "Without --id it is a whole local cluster: each server is a process, with a folder of its own below --data. " +
  "Kill one and see: the others go on, and it is started again. With --id and --peers it is one server of a " +
  "cluster whose servers may be anywhere.",
  "A server that is ended by SIGTERM or Ctrl-C hands leadership over first.",
].join("\n\n");

/** Serves a replicated log. */
export const raftServeCommand = defineCommand({
  name: "serve",
  summary: "Serve a replicated log: a local cluster, or one server of any",
  description: DESCRIPTION,
  examples: [
    { line: "dist824 raft serve", does: "a local cluster of three servers" },
    {
      line: "dist824 raft serve --replicas 5 --port 0 --data /tmp/log",
      does: "five, on free ports",
    },
    {
      line:
        "dist824 raft serve --id 1 --peers 1=10.0.0.1:7824,2=10.0.0.2:7824,3=10.0.0.3:7824 --insecure",
      does: "one server of three machines, on a network that is trusted",
    },
    {
      line: "dist824 raft serve --tls-cert node.pem --tls-key node.key --tls-ca ca.pem",
      does: "let the servers talk over TLS, and to nobody without a certificate of that CA",
    },
  ],
  configure: (command) =>
    command
      .addOption(replicasOption())
      .addOption(portOption(FIRST_PORTS.peers))
      .addOption(idOption())
      .addOption(peersOption())
      .addOption(listenOption())
      .option("--data <dir>", `folder for the data (default: ${DATA_DEFAULT}, or its server-<id>)`)
      .addOption(clusterOption())
      .addOption(
        new Option(
          "--compact <size>",
          "compact the log whenever it has grown by so much (default: 32M)",
        )
          .argParser(size),
      )
      .addOption(tlsCertOption())
      .addOption(tlsKeyOption())
      .addOption(tlsCaOption())
      .addOption(insecureOption())
      .addOption(serverAdminOption())
      .addOption(logLevelOption())
      .addOption(logFormatOption())
      .addOption(new Option("--child", "leave when standard input ends").hideHelp()),
  async run({ options: flags }, env) {
    if (wantsCluster(flags)) return await serveRaftCluster(flags, env);
    const node = await nodeSettings(flags, join(DATA_DEFAULT, `server-${flags.id}`), env);
    const { options, address } = node;
    const { compact } = flags;
    return await serveServer(
      {
        name: `server ${options.id}`,
        address,
        open: () =>
          RaftServer.open({
            ...options,
            ...(compact !== undefined && { snapshotBytes: compact }),
          }),
      },
      node,
      env,
    );
  },
});

/** What the command line says of a local cluster. */
export interface RaftClusterFlags extends ClusterFlags {
  readonly compact?: number | undefined;
}

function serveRaftCluster(flags: RaftClusterFlags, env: CommandEnv): Promise<number> {
  return serveCluster(
    {
      what: "a replicated log",
      door: "peers",
      dataFolder: DATA_DEFAULT,
      argsOf: (member, cluster) => raftArgs(member, cluster, flags),
      tries: (_, servers) => [
        `dist824 raft propose hello${servers}`,
        `dist824 raft status${servers}`,
      ],
    },
    flags,
    env,
  );
}

/** The arguments with which this program becomes a server of a local cluster. */
export function raftArgs(
  member: Member<"peers">,
  { members, clusterId }: Cluster<"peers">,
  flags: RaftClusterFlags,
): string[] {
  return [
    ...["raft", "serve"],
    ...memberArgs(member, members, clusterId, flags),
    ...optionArgs("--compact", flags.compact),
  ];
}
