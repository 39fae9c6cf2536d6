/** One server of a sharded store, of the controller or of a group, as a process: from flags to its end. */

import { DiskError } from "../../core/base/mod.ts";
import { type Address, WalError } from "../../core/host/mod.ts";
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
  /** Where it shall listen. */
  readonly address: Address;
  readonly open: () => Promise<RunningNode>;
}

/** A server that runs. */
export interface RunningNode {
  readonly node: Node;
  status(): NodeStatus;
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
  const admin = openAdmin(settings, { status: () => server.status() });
  const peers = addressText(server.node.address);
  if (isChild) env.stdout.write(readyLine({ peers }));
  else env.stdout.write(`${service.name} listens on ${peers}; Ctrl-C ends it\n`);
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

async function open({ address, open }: NodeService): Promise<RunningNode> {
  try {
    return await open();
  } catch (error) {
    const asked = addressText(address);
    if (error instanceof Deno.errors.AddrInUse) {
      throw new FailedError(`${asked} is in use: another server may be running there`);
    }
    if (error instanceof Deno.errors.AddrNotAvailable) {
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
