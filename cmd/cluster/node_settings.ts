/** What every command that starts one server of a cluster is told, and what it makes of it. */

import { resolve } from "node:path";
import type { ServerId } from "../../core/base/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import type { NodeOptions } from "../../core/server/node/mod.ts";
import { troubled } from "../chaos/troubles.ts";
import type { CommandEnv } from "../command.ts";
import { UsageError } from "../errors.ts";
import { type ServeFlags, type ServeSettings, serveSettings } from "./serve_options.ts";

/** The name of a cluster, unless told otherwise. */
const CLUSTER_DEFAULT = "dist824";

/** What the command line says. */
export interface NodeFlags extends ServeFlags {
  readonly id?: ServerId | undefined;
  readonly peers?: ReadonlyMap<ServerId, Address> | undefined;
  readonly listen?: Address | undefined;
  readonly data?: string | undefined;
  readonly cluster?: string | undefined;
  readonly child?: true | undefined;
  /** See `chaosOption`. */
  readonly chaos?: string | undefined;
}

/** What the server is started with. */
export interface NodeSettings {
  readonly options: Omit<NodeOptions, "protocol">;
  readonly address: Address;
  readonly settings: ServeSettings;
  readonly isChild: boolean;
}

/**
 * Makes the settings of one server. `folder` is where its data go unless told.
 *
 * @throws {UsageError} If something is missing or does not go together.
 */
export async function nodeSettings(
  flags: NodeFlags,
  folder: string,
  env: CommandEnv,
): Promise<NodeSettings> {
  const { id, peers, listen, data = folder, cluster = CLUSTER_DEFAULT, child = false } = flags;
  if (id === undefined || peers === undefined) {
    throw new UsageError("--id and --peers go together: one server of a cluster needs both");
  }
  const own = peers.get(id);
  if (own === undefined) {
    throw new UsageError(`--id ${id} is not among --peers: ${[...peers.keys()].join(", ")}`);
  }
  const address = listen ?? own;
  const settings = await serveSettings(flags, address, env);
  const { log, streams } = settings;
  return {
    options: {
      id,
      peers,
      dataFolder: resolve(data),
      clusterId: cluster,
      log,
      ...troubled(flags.chaos, resolve(data)),
      ...(streams !== undefined && { streams }),
      ...(listen !== undefined && { listen }),
    },
    address,
    settings,
    isChild: child,
  };
}
