/** A local cluster on the command line: its processes, and what people see of it. */

import { resolve } from "node:path";
import { DiskError } from "../../core/base/mod.ts";
import {
  type ClusterEvent,
  type LocalCluster,
  localCluster,
  LocalClusterError,
  type LocalMember,
  superviseCluster,
} from "../../core/server/supervisor/mod.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";

/** What is to run. `Kind` names what a server listens for. */
export interface LocalService<Kind extends string> {
  readonly dataFolder: string;
  readonly replicas: number;
  /** What the servers are called; by default `server-1` and so on, `replicas` of them. */
  readonly names?: readonly string[];
  /** The first port of each kind; 0: any that are free. */
  readonly ports: Readonly<Record<Kind, number>>;
  /** The arguments with which this program becomes a server of the cluster. */
  readonly argsOf: (member: LocalMember<Kind>, cluster: LocalCluster<Kind>) => readonly string[];
  /** What to do when all serve for the first time, before that is printed. */
  readonly prepare?: (cluster: LocalCluster<Kind>) => Promise<void>;
  /** What to print when all serve for the first time. */
  readonly welcome: (cluster: LocalCluster<Kind>) => string;
}

/**
 * Runs a local cluster until the user ends it. The result is the exit code.
 *
 * @throws {FailedError} If it cannot be started.
 */
export async function serveLocal<Kind extends string>(
  service: LocalService<Kind>,
  env: CommandEnv,
): Promise<number> {
  const cluster = plan(service);
  try {
    const end = await superviseCluster({
      members: cluster.members.map((member) => ({
        name: member.name,
        args: service.argsOf(member, cluster),
      })),
      signal: env.interrupted,
      onEvent: (event) => {
        if (event.kind === "allReady") welcome(service, cluster, env);
        else say(event, env);
      },
    });
    if (end.kind === "stopped") return EXIT.good;
    throw new FailedError(
      [`${end.member} ${end.end.how}, and so the cluster does`, ...end.end.lastWords].join("\n"),
    );
  } finally {
    cluster.release();
  }
}

function welcome<Kind extends string>(
  { prepare, welcome }: LocalService<Kind>,
  cluster: LocalCluster<Kind>,
  env: CommandEnv,
): void {
  if (prepare === undefined) return env.stdout.write(welcome(cluster));
  prepare(cluster).then(
    () => env.stdout.write(welcome(cluster)),
    (error) => env.stderr.write(`dist824: ${(error as Error).message}\n`),
  );
}

/**
 * Who the servers of a local cluster are, in which folders, on which ports.
 *
 * @throws {FailedError} If a port is taken, or the folder cannot be had.
 */
export function plan<Kind extends string>(
  { dataFolder, replicas, ports, names }: Pick<
    LocalService<Kind>,
    "dataFolder" | "replicas" | "ports" | "names"
  >,
): LocalCluster<Kind> {
  const wanted = Object.fromEntries(
    Object.entries<number>(ports).map(([kind, first]) => [kind, first === 0 ? "system" : first]),
  ) as Record<Kind, number | "system">;
  try {
    return localCluster({
      dataFolder: resolve(dataFolder),
      members: names ?? Array.from({ length: replicas }, (_, i) => `server-${i + 1}`),
      ports: wanted,
    });
  } catch (error) {
    if (error instanceof LocalClusterError || error instanceof DiskError) {
      throw new FailedError(error.message);
    }
    throw error;
  }
}

function say(event: ClusterEvent, env: CommandEnv): void {
  const line = describe(event);
  if (line !== undefined) env.stderr.write(`${line}\n`);
}

function describe(event: ClusterEvent): string | undefined {
  switch (event.kind) {
    case "started":
      return `${event.member}: process ${event.pid}`;
    case "said":
      return `${event.member}: ${event.line}`;
    case "died":
      return `${event.member} ${event.end.how}; it is started again in ${event.restartInMs} ms`;
    case "killed":
      return `${event.member} took too long to end, and was killed`;
    case "ready":
    case "ended":
    case "allReady":
      return undefined;
  }
}
