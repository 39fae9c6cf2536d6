/** The servers of a cluster on the command line. */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { type ServerId, serverId } from "../../core/base/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import { address } from "../address.ts";

/** Where a server is; `id` if the user has said who it is. */
export interface ServerAddress {
  readonly id: ServerId | undefined;
  readonly address: Address;
}

/** Parses `1=HOST:PORT,2=HOST:PORT`: all servers of a cluster, each with its number. */
export function peerList(text: string): ReadonlyMap<ServerId, Address> {
  const peers = new Map<ServerId, Address>();
  for (const { id, address } of serverList(text)) {
    if (id === undefined) {
      throw new InvalidArgumentError("Expected ID=HOST:PORT,ID=HOST:PORT,… with a number each");
    }
    peers.set(id, address);
  }
  return peers;
}

/** Parses the same, where the numbers may be missing: `HOST:PORT,HOST:PORT`. */
export function serverList(text: string): readonly ServerAddress[] {
  const servers = text.split(",").map(serverAddress);
  refuseTwice(servers.map(({ id }) => id).filter((id) => id !== undefined), "server");
  refuseTwice(servers.map(({ address: { hostname, port } }) => `${hostname}:${port}`), "address");
  return servers;
}

function serverAddress(text: string): ServerAddress {
  const parts = /^(?:(\d{1,9})=)?([^=]*)$/.exec(text.trim());
  if (parts === null) throw new InvalidArgumentError("Expected HOST:PORT or ID=HOST:PORT");
  const id = parts[1] === undefined ? undefined : serverId(Number(parts[1]));
  return { id, address: address(parts[2]!) };
}

function refuseTwice(values: readonly (string | number)[], what: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) throw new InvalidArgumentError(`The ${what} ${twice} is there twice`);
}
