/** From addresses on the command line to a client that knows who is who. */

import type { ServerId } from "../../core/base/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import { KvClient } from "../../core/server/kv/mod.ts";
import { type ClientFlags, type ClientKind, withClient } from "../cluster/connect.ts";

const KIND: ClientKind<KvClient> = {
  make: (options) => new KvClient(options),
  servedBy: "dist824 kv serve",
};

/** As {@linkcode withClient}. */
export function withKvClient<T>(
  flags: ClientFlags,
  work: (client: KvClient, servers: ReadonlyMap<ServerId, Address>) => Promise<T>,
): Promise<T> {
  return withClient(KIND, flags, work);
}
