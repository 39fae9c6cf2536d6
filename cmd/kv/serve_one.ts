/** One server of a key/value store, as a process: from flags to its end. */

import { resolve } from "node:path";
import { DiskError } from "../../core/base/mod.ts";
import { WalError } from "../../core/host/mod.ts";
import { kvMetrics, KvServer, type KvServerOptions } from "../../core/server/kv/mod.ts";
import { readyLine } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { childSignal } from "../child_signal.ts";
import { openAdmin, type ServeSettings } from "../cluster/serve_options.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";

/**
 * Serves until the process is told to end, and then hands leadership over. The result is the exit code.
 *
 * @throws {FailedError} If it cannot be started, or its storage fails.
 */
export async function serveOne(
  options: KvServerOptions,
  { settings, isChild }: { readonly settings: ServeSettings; readonly isChild: boolean },
  env: CommandEnv,
): Promise<number> {
  const server = await start({ ...options, dataFolder: resolve(options.dataFolder) });
  const admin = openAdmin(settings, {
    status: () => server.status(),
    metrics: () => kvMetrics(server.status()),
  });
  const peers = addressText(server.node.address);
  const clients = addressText(server.clientsAddress);
  if (isChild) env.stdout.write(readyLine({ peers, clients }));
  else {
    env.stdout.write(
      `server ${options.id} listens on ${clients} for Redis clients, and on ${peers} for the ` +
        "other servers; Ctrl-C ends it\n",
    );
  }
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

async function start(options: KvServerOptions): Promise<KvServer> {
  try {
    return await KvServer.open(options);
  } catch (error) {
    const { id, peers, listen, clients } = options;
    const asked = `${addressText(listen ?? peers.get(id)!)} or ${addressText(clients)}`;
    if (error instanceof Deno.errors.AddrInUse) {
      throw new FailedError(`${asked} is in use: another server may be running there`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new FailedError(
        `${asked} is no address of this machine: say where with --listen and --clients`,
      );
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
