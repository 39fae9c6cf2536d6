/** A whole sharded store on this machine: a controller and two groups, each server a process. */

import type { Gid } from "../../core/shardctrler/mod.ts";
import {
  LOCAL_PORTS,
  type LocalCluster,
  type LocalMember,
} from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { serverList } from "../cluster/peers.ts";
import { memberArgs, optionArgs } from "../cluster/serve_cluster.ts";
import { serveLocal } from "../cluster/serve_local.ts";
import type { ServeFlags } from "../cluster/serve_options.ts";
import { type CommandEnv } from "../command.ts";
import { FailedError } from "../errors.ts";
import { readPassword } from "../kv/password.ts";
import { CTRLERS_PORT } from "../shardctrler/addresses.ts";
import { resultOf, withShardsClient } from "../shardctrler/connect.ts";

/** Servers of the controller, and of each group. */
const SERVERS = 3;
const GIDS: readonly Gid[] = [1, 2];

/** What the command line says. */
export interface DemonstrationFlags extends ServeFlags {
  readonly data: string;
  readonly port: number;
  readonly requirepassFile?: string | undefined;
  readonly maxClients?: number | undefined;
  readonly compact?: number | undefined;
}

/** What a server listens for; one of the controller has no use for `clients`. */
type Kind = "peers" | "clients" | "admin";
type Member = LocalMember<Kind>;
type Cluster = LocalCluster<Kind>;

/** How far from the port for other servers the others are: the first group's first server has clients on 6824. */
const CLIENTS_BELOW = LOCAL_PORTS.peers + SERVERS - LOCAL_PORTS.clients;
const ADMIN_ABOVE = LOCAL_PORTS.admin - LOCAL_PORTS.peers;

/** Runs the store until the user ends it. The result is the exit code. */
export function serveDemonstration(flags: DemonstrationFlags, env: CommandEnv): Promise<number> {
  const needsPassword = readPassword(flags.requirepassFile, env) !== undefined;
  const names = ["ctrler", ...GIDS.map((gid) => `group-${gid}`)]
    .flatMap((part) => Array.from({ length: SERVERS }, (_, i) => `${part}-server-${i + 1}`));
  return serveLocal({
    dataFolder: flags.data,
    replicas: names.length,
    names,
    ports: {
      peers: flags.port,
      clients: Math.max(0, flags.port - CLIENTS_BELOW),
      admin: flags.port === 0 ? 0 : flags.port + ADMIN_ABOVE,
    },
    argsOf: (member, cluster) => storeArgs(member, cluster, flags),
    prepare: (cluster) => joinGroups(cluster),
    welcome: (cluster) => welcome(cluster, flags, needsPassword),
  }, env);
}

/** The arguments with which this program becomes a server of the store. */
function storeArgs(member: Member, cluster: Cluster, flags: DemonstrationFlags): string[] {
  const part = Math.floor(cluster.members.indexOf(member) / SERVERS);
  const common = memberArgs(member, partOf(cluster, part), cluster.clusterId, flags);
  if (part === 0) return ["shardctrler", "serve", ...common];
  return [
    ...["shardkv", "serve", "--gid", `${GIDS[part - 1]}`],
    ...["--ctrlers", addressesOf(cluster, 0).join(",")],
    ...["--clients", addressText(member.addresses.clients)],
    ...common,
    ...optionArgs("--requirepass-file", flags.requirepassFile),
    ...optionArgs("--max-clients", flags.maxClients),
    ...optionArgs("--compact", flags.compact),
  ];
}

/** Has the groups join, unless they have in an earlier life of the store. */
async function joinGroups(cluster: Cluster): Promise<void> {
  const ctrlers = serverList(addressesOf(cluster, 0).join(","));
  await withShardsClient({ ctrlers, cluster: cluster.clusterId }, async (client) => {
    const { groups } = resultOf(await client.query());
    if (groups.size > 0) return;
    const joining = GIDS.map((gid, i) => [gid, addressesOf(cluster, i + 1)] as const);
    const result = resultOf(await client.change({ kind: "join", groups: new Map(joining) }));
    if (result.kind === "refused") throw new FailedError(result.reason);
  });
}

function welcome(
  cluster: Cluster,
  { data, port }: DemonstrationFlags,
  needsPassword: boolean,
): string {
  const [first] = partOf(cluster, 1);
  const { clients, admin } = first!.addresses;
  const auth = needsPassword ? " --askpass" : "";
  const isDefault = port === CTRLERS_PORT;
  const where = isDefault ? "" : ` --ctrlers ${addressesOf(cluster, 0).join(",")}`;
  return [
    `A sharded store is ready, with its data in ${data}:`,
    `  controller  ${addressesOf(cluster, 0).join("  ")}`,
    ...GIDS.map((gid, i) => `  group ${gid}     ${addressesOf(cluster, i + 1).join("  ")}`),
    "Try, in another terminal:",
    `  redis-cli -p ${clients.port}${auth} set hello world`,
    `  dist824 shardkv get hello${where}`,
    `  dist824 shardkv status${where}`,
    `  dist824 shardctrler plan leave 2${where}`,
    `  dist824 shardctrler leave 2${where}`,
    `Any server of a group takes any command: Redis clients find them on ${clientPorts(cluster)}.`,
    `Figures of group 1's first server are at http://${addressText(admin)}/metrics.`,
    `Its name, for --cluster of further groups, is ${cluster.clusterId}.`,
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The servers of the controller (0) or of a group (1 and up). */
function partOf({ members }: Cluster, part: number): readonly Member[] {
  return members.slice(part * SERVERS, (part + 1) * SERVERS);
}

/** The ports of all servers of groups. */
function clientPorts({ members }: Cluster): string {
  return members.slice(SERVERS).map(({ addresses }) => addresses.clients.port).join(", ");
}

function addressesOf(cluster: Cluster, part: number): readonly string[] {
  return partOf(cluster, part).map(({ addresses }) => addressText(addresses.peers));
}
