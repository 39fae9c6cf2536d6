/** `dist824 raft serve`: a replicated log, one server of it or a whole local cluster. */

import { join } from "node:path";
import { type LocalCluster, type LocalMember } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { FIRST_PORTS } from "../cluster/local_servers.ts";
import { serveLocal } from "../cluster/serve_local.ts";
import {
  logFormatOption,
  logLevelOption,
  serveArgs,
  type ServeFlags,
  serverAdminOption,
  serveSettings,
} from "../cluster/serve_options.ts";
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
import { UsageError } from "../errors.ts";
import { insecureOption } from "../options.ts";
import { size } from "../values.ts";
import { serveOne } from "./serve_one.ts";

const DATA_DEFAULT = join("dist824-data", "raft");
const REPLICAS_DEFAULT = 3;
const CLUSTER_DEFAULT = "dist824";
/** The admin ports of a local cluster lie this far above the others. */
const ADMIN_ABOVE = FIRST_PORTS.admin - FIRST_PORTS.peers;

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
  async run({ options }, env) {
    const { id, peers } = options;
    if (id === undefined && peers === undefined) return await serveCluster(options, env);
    if (id === undefined || peers === undefined) {
      throw new UsageError("--id and --peers go together: one server of a cluster needs both");
    }
    if (options.replicas !== undefined || options.port !== undefined) {
      throw new UsageError("--replicas and --port are for a local cluster: they go without --id");
    }
    const own = peers.get(id);
    if (own === undefined) {
      throw new UsageError(`--id ${id} is not among --peers: ${[...peers.keys()].join(", ")}`);
    }
    const { data, cluster = CLUSTER_DEFAULT, compact, child = false } = options;
    return await serveOne({
      id,
      peers,
      listen: options.listen,
      dataFolder: data ?? join(DATA_DEFAULT, `server-${id}`),
      clusterId: cluster,
      snapshotBytes: compact,
      settings: await serveSettings(options, options.listen ?? own, env),
      isChild: child,
    }, env);
  },
});

/** What the command line says of a local cluster. */
export interface ClusterFlags extends ServeFlags {
  readonly replicas?: number | undefined;
  readonly port?: number | undefined;
  readonly data?: string | undefined;
  readonly cluster?: string | undefined;
  readonly listen?: unknown;
  readonly compact?: number | undefined;
}

type Kind = "peers" | "admin";

function serveCluster(flags: ClusterFlags, env: CommandEnv): Promise<number> {
  const { replicas = REPLICAS_DEFAULT, port = FIRST_PORTS.peers, data = DATA_DEFAULT } = flags;
  if (flags.listen !== undefined || flags.cluster !== undefined) {
    const what = flags.listen === undefined ? "--cluster" : "--listen";
    throw new UsageError(`${what} is for one server of a cluster: it goes with --id and --peers`);
  }
  if (flags.admin !== undefined) {
    throw new UsageError("--admin is for one server of a cluster: local ones have one each anyway");
  }
  return serveLocal({
    dataFolder: data,
    replicas,
    ports: { peers: port, admin: port === 0 ? 0 : port + ADMIN_ABOVE },
    argsOf: (member, cluster) => memberArgs(member, cluster, flags),
    welcome: (cluster) => welcome(cluster, data),
  }, env);
}

/** The arguments with which this program becomes a server of a local cluster. */
export function memberArgs(
  member: LocalMember<Kind>,
  cluster: LocalCluster<Kind>,
  flags: ClusterFlags,
): string[] {
  const peers = cluster.members.map(({ addresses }, i) =>
    `${i + 1}=${addressText(addresses.peers)}`
  );
  return [
    ...["raft", "serve", "--child"],
    ...["--id", `${cluster.members.indexOf(member) + 1}`],
    ...["--peers", peers.join(",")],
    ...["--data", member.folder],
    ...["--cluster", cluster.clusterId],
    ...["--admin", addressText(member.addresses.admin)],
    ...(flags.compact === undefined ? [] : ["--compact", `${flags.compact}`]),
    ...serveArgs(flags, "warn"),
  ];
}

function welcome({ members }: LocalCluster<Kind>, data: string): string {
  const addresses = members.map(({ addresses: { peers } }) => addressText(peers));
  const isDefault = members.length === REPLICAS_DEFAULT &&
    members.every(({ addresses: { peers } }, i) => peers.port === FIRST_PORTS.peers + i);
  const servers = isDefault ? "" : ` --servers ${addresses.join(",")}`;
  return [
    `${members.length} servers of a replicated log are ready, with their data in ${data}:`,
    ...members.map(({ name, addresses: { admin } }, i) =>
      `  ${name}  ${addresses[i]}  http://${addressText(admin)}/status`
    ),
    "Try, in another terminal:",
    `  dist824 raft propose hello${servers}`,
    `  dist824 raft status${servers}`,
    "Ctrl-C ends them.",
    "",
  ].join("\n");
}
