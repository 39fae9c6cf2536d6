/** Addresses on the command line. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Address } from "../../core/host/mod.ts";
import { UsageError } from "../errors.ts";

/** Where a master is, unless told otherwise. */
export const MASTER_DEFAULT: Address = { hostname: "127.0.0.1", port: 9824 };

/** Parses `HOST:PORT`, `:PORT` or `PORT`; without a host it is `127.0.0.1`. `[::1]:9824` is IPv6. */
export function address(text: string): Address {
  const parts = /^(?:(?:\[([0-9a-f:.]+)\]|([^\s:[\]]*)):)?(\d{1,5})$/i.exec(text);
  const port = Number(parts?.[3]);
  if (parts === null || port > 65535) {
    throw new InvalidArgumentError("Expected HOST:PORT, with a port from 0 to 65535");
  }
  return { hostname: parts[1] || parts[2] || "127.0.0.1", port };
}

/** Writes an address as {@linkcode address} reads it. */
export function addressText({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Says whether only processes of this machine can reach an address. */
export function isLoopback({ hostname }: Address): boolean {
  return hostname === "localhost" || hostname === "::1" || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/**
 * Refuses an address that others can reach, unless the user has said that he knows. Where there can be TLS, `hasTls`
 * says whether there is: then whoever comes in shows who he is.
 *
 * @throws {UsageError} If it is one.
 */
export function refuseOpen(
  option: string,
  where: Address,
  insecure: boolean,
  hasTls?: boolean,
): void {
  if (insecure || hasTls || isLoopback(where)) return;
  const tls = hasTls === undefined ? "" : "--tls-cert, --tls-key and --tls-ca, or ";
  throw new UsageError(
    `${option} ${
      addressText(where)
    } can be reached by other machines, and anybody there could read the data ` +
      `and spoil the job: give ${tls}--insecure if the network is trusted`,
  );
}
