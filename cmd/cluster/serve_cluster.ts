/** A local cluster in which every server does the same: what each is started with, and what people see of it. */

import type { LocalCluster, LocalMember } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import type { CommandEnv } from "../command.ts";
import { UsageError } from "../errors.ts";
import { FIRST_PORTS } from "./local_servers.ts";
import { serveLocal } from "./serve_local.ts";
import { serveArgs, type ServeFlags } from "./serve_options.ts";

/** What a server may listen for: the others and their clients, the admin, and Redis clients. */
export type PortKind = keyof typeof FIRST_PORTS;

/** A local cluster whose servers listen for other servers at least, and for `Kind`. */
export type Cluster<Kind extends PortKind> = LocalCluster<Kind | "peers" | "admin">;

/** One server of it. */
export type Member<Kind extends PortKind> = LocalMember<Kind | "peers" | "admin">;

/** What the command line says of a local cluster. */
export interface ClusterFlags extends ServeFlags {
  readonly replicas?: number | undefined;
  readonly port?: number | undefined;
  readonly data?: string | undefined;
  readonly cluster?: string | undefined;
  readonly listen?: unknown;
  readonly clients?: unknown;
}

/** A protocol that a local cluster serves. */
export interface ClusterService<Kind extends PortKind> {
  /** What is served, for people: `a key/value store`. */
  readonly what: string;
  /** Where people who use it go: what --port is about. */
  readonly door: Kind | "peers";
  /** Where the data go unless told. */
  readonly dataFolder: string;
  /** The arguments with which this program becomes a server of the cluster. */
  readonly argsOf: (member: Member<Kind>, cluster: Cluster<Kind>) => readonly string[];
  /** Command lines to begin with; `servers` is what `dist824` must be told to find the cluster. */
  readonly tries: (cluster: Cluster<Kind>, servers: string) => readonly string[];
}

const REPLICAS_DEFAULT = 3;

/**
 * Says whether a local cluster is wanted, and not one server of one that may be anywhere.
 *
 * @throws {UsageError} If it is half of each.
 */
export function wantsCluster(
  flags: { readonly id?: unknown; readonly peers?: unknown } & ClusterFlags,
): boolean {
  const { id, peers, replicas, port } = flags;
  if (id === undefined && peers === undefined) return true;
  if (id === undefined || peers === undefined) {
    throw new UsageError("--id and --peers go together: one server of a cluster needs both");
  }
  if (replicas !== undefined || port !== undefined) {
    throw new UsageError("--replicas and --port are for a local cluster: they go without --id");
  }
  return false;
}

/**
 * Runs a local cluster until the user ends it. The result is the exit code.
 *
 * @throws {UsageError} If there are flags for one server.
 * @throws {FailedError} If it cannot be started.
 */
export function serveCluster<Kind extends PortKind>(
  service: ClusterService<Kind>,
  flags: ClusterFlags,
  env: CommandEnv,
): Promise<number> {
  const { door, argsOf } = service;
  const { replicas = REPLICAS_DEFAULT, port = FIRST_PORTS[door], data = service.dataFolder } =
    flags;
  for (const name of ["listen", "clients", "cluster"] as const) {
    if (flags[name] === undefined) continue;
    throw new UsageError(`--${name} is for one server of a cluster: it goes with --id and --peers`);
  }
  if (flags.admin !== undefined) {
    throw new UsageError("--admin is for one server of a cluster: local ones have one each anyway");
  }
  const firstPort = (kind: PortKind) =>
    port === 0 ? 0 : port + FIRST_PORTS[kind] - FIRST_PORTS[door];
  const kinds = [...new Set<PortKind>([door, "peers", "admin"])];
  const ports = Object.fromEntries(kinds.map((kind) => [kind, firstPort(kind)]));
  return serveLocal({
    dataFolder: data,
    replicas,
    ports: ports as Record<Kind | "peers" | "admin", number>,
    argsOf,
    welcome: (cluster) => welcome(cluster, service, data),
  }, env);
}

/** The arguments that every server of a local cluster is started with; `peers` are those of its own cluster. */
export function memberArgs(
  member: LocalMember<"peers" | "admin">,
  peers: readonly LocalMember<"peers">[],
  clusterId: string,
  flags: ServeFlags,
): string[] {
  const list = peers.map(({ addresses }, i) => `${i + 1}=${addressText(addresses.peers)}`);
  return [
    "--child",
    ...["--id", `${peers.indexOf(member) + 1}`],
    ...["--peers", list.join(",")],
    ...["--data", member.folder],
    ...["--cluster", clusterId],
    ...["--admin", addressText(member.addresses.admin)],
    ...serveArgs(flags, "warn"),
  ];
}

/** An option for a member, unless it was not given. */
export function optionArgs(name: string, value: string | number | undefined): string[] {
  return value === undefined ? [] : [name, `${value}`];
}

function welcome<Kind extends PortKind>(
  cluster: Cluster<Kind>,
  { what, door, tries }: ClusterService<Kind>,
  data: string,
): string {
  const { members } = cluster;
  const isDefault = members.length === REPLICAS_DEFAULT &&
    members.every(({ addresses }, i) => addresses.peers.port === FIRST_PORTS.peers + i);
  const peers = members.map(({ addresses }) => addressText(addresses.peers));
  const servers = isDefault ? "" : ` --servers ${peers.join(",")}`;
  return [
    `${members.length} servers of ${what} are ready, with their data in ${data}:`,
    ...members.map(({ name, addresses }) =>
      `  ${name}  ${addressText(addresses[door])}  http://${addressText(addresses.admin)}/status`
    ),
    "Try, in another terminal:",
    ...tries(cluster, servers).map((line) => `  ${line}`),
    "Ctrl-C ends them.",
    "",
  ].join("\n");
}
