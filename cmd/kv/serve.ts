/** `dist824 kv serve`: a key/value store for Redis clients, one server of it or a whole local cluster. */

import { join } from "node:path";
import type { Address } from "../../core/host/mod.ts";
import { type LocalCluster, type LocalMember } from "../../core/server/supervisor/mod.ts";
import { address, addressText, isLoopback } from "../address.ts";
import { chaosOption, troubled } from "../chaos/troubles.ts";
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
import { integer, size } from "../values.ts";
import { passwordOption, readPassword } from "./password.ts";
import { serveOne } from "./serve_one.ts";

const DATA_DEFAULT = join("dist824-data", "kv");
const REPLICAS_DEFAULT = 3;
const CLUSTER_DEFAULT = "dist824";
/** The other ports of a local cluster lie this far above the clients'. */
const PEERS_ABOVE = FIRST_PORTS.peers - FIRST_PORTS.clients;
const ADMIN_ABOVE = FIRST_PORTS.admin - FIRST_PORTS.clients;

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
      .addOption(
        new Option(
          "--clients <host:port>",
          `where Redis clients find this server (default: 127.0.0.1:${FIRST_PORTS.clients})`,
        ).argParser(address),
      )
      .addOption(listenOption())
      .option("--data <dir>", `folder for the data (default: ${DATA_DEFAULT}, or its server-<id>)`)
      .addOption(clusterOption())
      .addOption(passwordOption())
      .addOption(
        new Option("--max-clients <n>", "Redis clients at a time, of one server (default: 10000)")
          .argParser(integer({ min: 1, max: 1_000_000 })),
      )
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
    const { clients = { hostname: "127.0.0.1", port: FIRST_PORTS.clients } } = options;
    const password = readPassword(options.requirepassFile, env);
    refuseOpen(clients, password, options.insecure ?? false);
    const settings = await serveSettings(options, options.listen ?? own, env);
    const { cluster = CLUSTER_DEFAULT, listen, compact, maxClients, child } = options;
    const { data = join(DATA_DEFAULT, `server-${id}`), chaos } = options;
    return await serveOne(
      {
        id,
        peers,
        clients,
        dataFolder: data,
        ...troubled(chaos, data),
        clusterId: cluster,
        log: settings.log,
        ...(settings.streams !== undefined && { streams: settings.streams }),
        ...(listen !== undefined && { listen }),
        ...(password !== undefined && { password }),
        ...(maxClients !== undefined && { limits: { clientsMax: maxClients } }),
        ...(compact !== undefined && { snapshotBytes: compact }),
      },
      { settings, isChild: child ?? false },
      env,
    );
  },
});

/** Refuses a door that others can reach, and that anybody could come through. */
function refuseOpen(clients: Address, password: Uint8Array | undefined, insecure: boolean): void {
  if (insecure || isLoopback(clients) || password !== undefined) return;
  throw new UsageError(
    `--clients ${addressText(clients)} can be reached by other machines, and needs a password ` +
      "(--requirepass-file), or give --insecure if the network is trusted",
  );
}

/** What the command line says of a local cluster. */
export interface ClusterFlags extends ServeFlags {
  readonly replicas?: number | undefined;
  readonly port?: number | undefined;
  readonly data?: string | undefined;
  readonly cluster?: string | undefined;
  readonly listen?: unknown;
  readonly clients?: unknown;
  readonly requirepassFile?: string | undefined;
  readonly maxClients?: number | undefined;
  readonly compact?: number | undefined;
}

function serveCluster(flags: ClusterFlags, env: CommandEnv): Promise<number> {
  const { replicas = REPLICAS_DEFAULT, port = FIRST_PORTS.clients, data = DATA_DEFAULT } = flags;
  for (const name of ["listen", "clients", "cluster"] as const) {
    if (flags[name] === undefined) continue;
    throw new UsageError(`--${name} is for one server of a cluster: it goes with --id and --peers`);
  }
  if (flags.admin !== undefined) {
    throw new UsageError("--admin is for one server of a cluster: local ones have one each anyway");
  }
  const needsPassword = readPassword(flags.requirepassFile, env) !== undefined;
  return serveLocal({
    dataFolder: data,
    replicas,
    ports: {
      clients: port,
      peers: port === 0 ? 0 : port + PEERS_ABOVE,
      admin: port === 0 ? 0 : port + ADMIN_ABOVE,
    },
    argsOf: (member, cluster) => memberArgs(member, cluster, flags),
    welcome: (cluster) => welcome(cluster, data, needsPassword),
  }, env);
}

/** What a server listens for. */
export type Kind = "clients" | "peers" | "admin";

/** The arguments with which this program becomes a server of a local cluster. */
export function memberArgs(
  member: LocalMember<Kind>,
  cluster: LocalCluster<Kind>,
  flags: ClusterFlags,
): string[] {
  const { compact, maxClients, requirepassFile } = flags;
  const peers = cluster.members.map(({ addresses }, i) =>
    `${i + 1}=${addressText(addresses.peers)}`
  );
  return [
    ...["kv", "serve", "--child"],
    ...["--id", `${cluster.members.indexOf(member) + 1}`],
    ...["--peers", peers.join(",")],
    ...["--clients", addressText(member.addresses.clients)],
    ...["--data", member.folder],
    ...["--cluster", cluster.clusterId],
    ...["--admin", addressText(member.addresses.admin)],
    ...serveArgs(flags, "warn"),
    ...(requirepassFile === undefined ? [] : ["--requirepass-file", requirepassFile]),
    ...(maxClients === undefined ? [] : ["--max-clients", `${maxClients}`]),
    ...(compact === undefined ? [] : ["--compact", `${compact}`]),
  ];
}

function welcome(
  { members }: LocalCluster<Kind>,
  data: string,
  needsPassword: boolean,
): string {
  const redis = members.map(({ addresses }) => addressText(addresses.clients));
  const peers = members.map(({ addresses }) => addressText(addresses.peers));
  const { port } = members[0]!.addresses.clients;
  const isDefault = members.length === REPLICAS_DEFAULT &&
    members.every(({ addresses }, i) => addresses.peers.port === FIRST_PORTS.peers + i);
  const servers = isDefault ? "" : ` --servers ${peers.join(",")}`;
  const auth = needsPassword ? " --askpass" : "";
  return [
    `${members.length} servers of a key/value store are ready, with their data in ${data}:`,
    ...members.map(({ name, addresses: { admin } }, i) =>
      `  ${name}  ${redis[i]}  http://${addressText(admin)}/status`
    ),
    "Try, in another terminal:",
    `  redis-cli -p ${port}${auth} set hello world`,
    `  dist824 kv get hello${servers}`,
    `  dist824 kv status${servers}`,
    "Ctrl-C ends them.",
    "",
  ].join("\n");
}
