/** One server of a bare replicated log, as a process: from flags to its end. */

import { resolve } from "node:path";
import { DiskError, type ServerId } from "../../core/base/mod.ts";
import { type Address, WalError } from "../../core/host/mod.ts";
import { RaftServer } from "../../core/server/raft/mod.ts";
import { readyLine } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { childSignal } from "../child_signal.ts";
import { openAdmin, type ServeSettings } from "../cluster/serve_options.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";

/** What the command line says. */
export interface ServeOne {
  readonly id: ServerId;
  readonly peers: ReadonlyMap<ServerId, Address>;
  readonly listen: Address | undefined;
  readonly dataFolder: string;
  readonly clusterId: string;
  readonly snapshotBytes: number | undefined;
  readonly settings: ServeSettings;
  /** Whether a supervisor started it. */
  readonly isChild: boolean;
}

/**
 * Serves until the process is told to end, and then hands leadership over. The result is the exit code.
 *
 * @throws {FailedError} If it cannot be started, or its storage fails.
 */
export async function serveOne(options: ServeOne, env: CommandEnv): Promise<number> {
  const { id, isChild, settings } = options;
  const server = await start(options);
  const admin = openAdmin(settings, server);
  const peers = addressText(server.node.address);
  if (isChild) env.stdout.write(readyLine({ peers }));
  else env.stdout.write(`server ${id} listens on ${peers}; Ctrl-C ends it\n`);
  const failure = await Promise.race([
    server.node.failed,
    aborted(isChild ? childSignal(env) : env.interrupted),
  ]);
  if (failure === undefined) await server.shutDown();
  else await server.close();
  // Until then it tells that the server is about to end.
  await admin?.close();
  if (failure === undefined) return EXIT.good;
  throw new FailedError(failure.message);
}

async function start(options: ServeOne): Promise<RaftServer> {
  const { id, peers, listen, clusterId, snapshotBytes, settings: { log, streams } } = options;
  try {
    return await RaftServer.open({
      id,
      peers,
      ...(listen !== undefined && { listen }),
      dataFolder: resolve(options.dataFolder),
      clusterId,
      log,
      ...(streams !== undefined && { streams }),
      ...(snapshotBytes !== undefined && { snapshotBytes }),
    });
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      const asked = addressText(listen ?? peers.get(id)!);
      throw new FailedError(`${asked} is in use: another server may be running there`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      const asked = addressText(listen ?? peers.get(id)!);
      throw new FailedError(`${asked} is no address of this machine: say where with --listen`);
    }
    if (error instanceof WalError || error instanceof DiskError) {
      throw new FailedError(error.message);
    }
    throw error;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
