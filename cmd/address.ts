/** Addresses on the command line. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import type { Address } from "../core/host/mod.ts";

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
