/** A whole sharded store on this machine: a controller and two groups, each server a process. */

import type { Gid } from "../../core/shardctrler/mod.ts";
import type { LocalCluster, LocalMember } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { serverList } from "../cluster/peers.ts";
import { serveLocal } from "../cluster/serve_local.ts";
import { serveArgs, type ServeFlags } from "../cluster/serve_options.ts";
import { type CommandEnv } from "../command.ts";
import { FailedError } from "../errors.ts";
import { CTRLERS_PORT } from "../shardctrler/addresses.ts";
import { resultOf, withShardsClient } from "../shardctrler/connect.ts";

/** Servers of the controller, and of each group. */
const SERVERS = 3;
const GIDS: readonly Gid[] = [1, 2];

/** What the command line says. */
export interface DemonstrationFlags extends ServeFlags {
  readonly data: string;
  readonly port: number;
  readonly compact?: number | undefined;
}

type Member = LocalMember<"peers">;
type Cluster = LocalCluster<"peers">;

/** Runs the store until the user ends it. The result is the exit code. */
export function serveDemonstration(flags: DemonstrationFlags, env: CommandEnv): Promise<number> {
  const names = ["ctrler", ...GIDS.map((gid) => `group-${gid}`)]
    .flatMap((part) => Array.from({ length: SERVERS }, (_, i) => `${part}-server-${i + 1}`));
  return serveLocal({
    dataFolder: flags.data,
    replicas: names.length,
    names,
    ports: { peers: flags.port },
    argsOf: (member, cluster) => memberArgs(member, cluster, flags),
    prepare: (cluster) => joinGroups(cluster),
    welcome: (cluster) => welcome(cluster, flags),
  }, env);
}

/** The arguments with which this program becomes a server of the store. */
export function memberArgs(member: Member, cluster: Cluster, flags: DemonstrationFlags): string[] {
  const index = cluster.members.indexOf(member);
  const part = Math.floor(index / SERVERS);
  const peers = partOf(cluster, part).map(({ addresses }, i) =>
    `${i + 1}=${addressText(addresses.peers)}`
  );
  const common = [
    "--child",
    ...["--id", `${index % SERVERS + 1}`],
    ...["--peers", peers.join(",")],
    ...["--data", member.folder],
    ...["--cluster", cluster.clusterId],
    ...serveArgs(flags, "warn"),
  ];
  if (part === 0) return ["shardctrler", "serve", ...common];
  const { compact } = flags;
  return [
    ...["shardkv", "serve", "--gid", `${GIDS[part - 1]}`],
    ...["--ctrlers", addressesOf(cluster, 0).join(",")],
    ...common,
    ...(compact === undefined ? [] : ["--compact", `${compact}`]),
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

function welcome(cluster: Cluster, { data, port }: DemonstrationFlags): string {
  const isDefault = port === CTRLERS_PORT;
  const where = isDefault ? "" : ` --ctrlers ${addressesOf(cluster, 0).join(",")}`;
  return [
    `A sharded store is ready, with its data in ${data}:`,
    `  controller  ${addressesOf(cluster, 0).join("  ")}`,
    ...GIDS.map((gid, i) => `  group ${gid}     ${addressesOf(cluster, i + 1).join("  ")}`),
    "Try, in another terminal:",
    `  dist824 shardkv put hello world${where}`,
    `  dist824 shardkv get hello${where}`,
    `  dist824 shardkv status${where}`,
    `  dist824 shardctrler plan leave 2${where}`,
    `  dist824 shardctrler leave 2${where}`,
    `Its name, for --cluster of further groups, is ${cluster.clusterId}.`,
    "Ctrl-C ends it.",
    "",
  ].join("\n");
}

/** The servers of the controller (0) or of a group (1 and up). */
function partOf({ members }: Cluster, part: number): readonly Member[] {
  return members.slice(part * SERVERS, (part + 1) * SERVERS);
}

function addressesOf(cluster: Cluster, part: number): readonly string[] {
  return partOf(cluster, part).map(({ addresses }) => addressText(addresses.peers));
}
