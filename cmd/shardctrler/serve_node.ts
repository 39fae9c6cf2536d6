/** One server of a sharded store, of the controller or of a group, as a process: from flags to its end. */

import { DiskError } from "../../core/base/mod.ts";
import { type Address, WalError } from "../../core/host/mod.ts";
import type { Metric } from "../../core/host/prometheus.ts";
import type { Node, NodeStatus } from "../../core/server/node/mod.ts";
import { readyLine } from "../../core/server/supervisor/mod.ts";
import { addressText } from "../address.ts";
import { childSignal } from "../child_signal.ts";
import { openAdmin, type ServeSettings } from "../cluster/serve_options.ts";
import { type CommandEnv, EXIT } from "../command.ts";
import { FailedError } from "../errors.ts";

/** A server that is about to be started. */
export interface NodeService {
  /** What it is, for people. */
  readonly name: string;
  /** Where it shall listen for the others. */
  readonly address: Address;
  /** Where it shall listen for Redis clients, if it shall. */
  readonly clients?: Address;
  readonly open: () => Promise<RunningNode>;
}

/** A server that runs. */
export interface RunningNode {
  readonly node: Node;
  /** Where it listens for Redis clients, if it does. */
  readonly clientsAddress?: Address | undefined;
  status(): NodeStatus;
  /** Its figures, beside those of the node. */
  metrics(): readonly Metric[];
  /** Hands leadership over, and ends. */
  shutDown(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves until the process is told to end. The result is the exit code.
 *
 * @throws {FailedError} If it cannot be started, or its storage fails.
 */
export async function serveNode(
  service: NodeService,
  { settings, isChild }: { readonly settings: ServeSettings; readonly isChild: boolean },
  env: CommandEnv,
): Promise<number> {
  const server = await open(service);
  const admin = openAdmin(settings, server);
  const peers = addressText(server.node.address);
  const clients = server.clientsAddress && addressText(server.clientsAddress);
  if (isChild) env.stdout.write(readyLine({ peers, ...(clients !== undefined && { clients }) }));
  else {
    const where = clients === undefined ? peers : `${peers}, and on ${clients} for Redis clients`;
    env.stdout.write(`${service.name} listens on ${where}; Ctrl-C ends it\n`);
  }
  const failure = await Promise.race([
    server.node.failed,
    aborted(isChild ? childSignal(env) : env.interrupted),
  ]);
  if (failure === undefined) await server.shutDown();
  else await server.close();
  await admin?.close();
  if (failure === undefined) return EXIT.good;
  throw new FailedError(failure.message);
}

async function open({ address, clients, open }: NodeService): Promise<RunningNode> {
  try {
    return await open();
  } catch (error) {
    const asked = [address, ...clients === undefined ? [] : [clients]].map(addressText).join(
      " or ",
    );
    if (error instanceof Deno.errors.AddrInUse) {
      throw new FailedError(`${asked} is in use: another server may be running there`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
      throw new FailedError(
        `${asked} is no address of this machine: say where with --listen${
          clients === undefined ? "" : " and --clients"
        }`,
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
