/** What every server with a door for Redis clients understands. */

import type { Address } from "../../core/host/mod.ts";
import type { DoorSettings } from "../../core/server/kv/mod.ts";
import { LOCAL_PORTS } from "../../core/server/supervisor/mod.ts";
import { address, addressText, isLoopback } from "../address.ts";
import { type CommandEnv, Option } from "../command.ts";
import { UsageError } from "../errors.ts";
import { integer } from "../values.ts";
import { readPassword } from "./password.ts";

/** Where clients find a server, unless told otherwise. */
export const CLIENTS_DEFAULT: Address = { hostname: "127.0.0.1", port: LOCAL_PORTS.clients };

/** `--clients <host:port>`. */
export function clientsOption(): Option<"--clients <host:port>", undefined, undefined, Address> {
  return new Option(
    "--clients <host:port>",
    `where Redis clients find this server (default: ${addressText(CLIENTS_DEFAULT)})`,
  ).argParser(address);
}

/** `--max-clients <n>`. */
export function maxClientsOption(): Option<"--max-clients <n>", undefined, undefined, number> {
  return new Option(
    "--max-clients <n>",
    "Redis clients at a time, of one server (default: 10000)",
  ).argParser(integer({ min: 1, max: 1_000_000 }));
}

/** What the command line says. */
export interface DoorFlags {
  readonly clients?: Address | undefined;
  readonly requirepassFile?: string | undefined;
  readonly maxClients?: number | undefined;
  readonly insecure?: true | undefined;
}

/**
 * Makes the settings of a door.
 *
 * @throws {UsageError} If others can reach it, and anybody could come through.
 */
export function doorSettings(flags: DoorFlags, env: CommandEnv): DoorSettings {
  const { clients = CLIENTS_DEFAULT, requirepassFile, maxClients, insecure = false } = flags;
  const password = readPassword(requirepassFile, env);
  if (!insecure && !isLoopback(clients) && password === undefined) {
    throw new UsageError(
      `--clients ${addressText(clients)} can be reached by other machines, and needs a password ` +
        "(--requirepass-file), or give --insecure if the network is trusted",
    );
  }
  return {
    clients,
    ...(password !== undefined && { password }),
    ...(maxClients !== undefined && { limits: { clientsMax: maxClients } }),
  };
}
