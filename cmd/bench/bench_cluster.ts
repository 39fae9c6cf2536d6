/** A local cluster of this program's own servers, as processes, for as long as something is measured. */

import { TemporaryFolder } from "../../core/host/temporary_folder.ts";
import {
  type LocalCluster,
  type LocalMember,
  superviseCluster,
} from "../../core/server/supervisor/mod.ts";
import { plan } from "../cluster/serve_local.ts";
import type { CommandEnv } from "../command.ts";
import { FailedError } from "../errors.ts";

/** What is to run. `Kind` names what a server listens for. */
export interface BenchCluster<Kind extends string> {
  readonly replicas: number;
  readonly kinds: readonly Kind[];
  readonly argsOf: (member: LocalMember<Kind>, cluster: LocalCluster<Kind>) => readonly string[];
  /** The data go into a new folder in this one, and away with it. */
  readonly parentFolder: string | undefined;
}

/**
 * Starts the cluster, does `work`, and ends it.
 *
 * @throws {FailedError} If the cluster cannot be started, or ends by itself.
 */
export async function withCluster<Kind extends string, T>(
  { replicas, kinds, argsOf, parentFolder }: BenchCluster<Kind>,
  env: CommandEnv,
  work: (cluster: LocalCluster<Kind>, dataFolder: string) => Promise<T>,
): Promise<T> {
  const folder = new TemporaryFolder("dist824-bench-", parentFolder);
  const ports = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
  const cluster = plan({ dataFolder: folder.path, replicas, ports });
  const stop = new AbortController();
  const ready = Promise.withResolvers<void>();
  const ended = superviseCluster({
    members: cluster.members.map((member) => ({
      name: member.name,
      args: argsOf(member, cluster),
    })),
    signal: AbortSignal.any([stop.signal, env.interrupted]),
    onEvent: (event) => {
      if (event.kind === "allReady") ready.resolve();
      if (event.kind === "said") env.stderr.write(`${event.member}: ${event.line}\n`);
    },
  });
  const broken = ended.then((end) => {
    env.interrupted.throwIfAborted();
    const why = end.kind === "failed" ? `: ${end.member} ${end.end.how}` : "";
    throw new FailedError(`the servers have ended${why}`);
  });
  try {
    await Promise.race([ready.promise, broken]);
    return await Promise.race([work(cluster, folder.path), broken]);
  } finally {
    stop.abort();
    broken.catch(() => {});
    await ended;
    cluster.release();
    await folder.remove();
  }
}
