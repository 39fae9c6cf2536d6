/** One server of a cluster as a process: from flags to its end. */

import { DiskError } from "../../core/base/mod.ts";
import { type Address, WalError } from "../../core/host/mod.ts";
import type { AdminSource } from "../../core/server/admin/mod.ts";
import type { Node } from "../../core/server/node/mod.ts";
import { readyLine } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { childSignal } from "../child_signal.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";
import { listenFailure } from "./listen_failure.ts";
import { openAdmin, type ServeSettings } from "./serve_options.ts";

/** A server that is about to be started. */
export interface ServerToStart {
  /** What it is, for people. */
  readonly name: string;
  /** Where it shall listen for the others. */
  readonly address: Address;
  /** Where it shall listen for Redis clients, if it shall. */
  readonly clients?: Address;
  readonly open: () => Promise<RunningServer>;
}

/** A server that runs. */
export interface RunningServer extends AdminSource {
  readonly node: Node;
  /** Where it listens for Redis clients, if it does. */
  readonly clientsAddress?: Address | undefined;
  /** Hands leadership over, and ends. */
  shutDown(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves until the process is told to end. The result is the exit code.
 *
 * @throws {FailedError} If it cannot be started, or its storage fails.
 */
export async function serveServer(
  wanted: ServerToStart,
  { settings, isChild }: { readonly settings: ServeSettings; readonly isChild: boolean },
  env: CommandEnv,
): Promise<number> {
  const server = await open(wanted);
  const admin = openAdmin(settings, server);
  env.stdout.write(isChild ? ready(server) : welcome(wanted.name, server));
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

function ready({ node, clientsAddress }: RunningServer): string {
  const peers = addressText(node.address);
  if (clientsAddress === undefined) return readyLine({ peers });
  return readyLine({ peers, clients: addressText(clientsAddress) });
}

function welcome(name: string, { node, clientsAddress }: RunningServer): string {
  const peers = addressText(node.address);
  const where = clientsAddress === undefined
    ? peers
    : `${addressText(clientsAddress)} for Redis clients, and on ${peers} for the other servers`;
  return `${name} listens on ${where}; Ctrl-C ends it\n`;
}

async function open({ address, clients, open }: ServerToStart): Promise<RunningServer> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof WalError || error instanceof DiskError) {
      throw new FailedError(error.message);
    }
    const asked = clients === undefined ? [address] : [address, clients];
    const options = clients === undefined ? "--listen" : "--listen and --clients";
    throw listenFailure(error, asked.map(addressText).join(" or "), options) ?? error;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
