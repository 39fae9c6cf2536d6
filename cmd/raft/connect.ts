/** From addresses on the command line to a client that knows who is who. */

import type { ServerId } from "../../core/base/mod.ts";
import type { Address } from "../../core/host/mod.ts";
import { RaftClient } from "../../core/server/raft/mod.ts";
import { type ClientFlags, type ClientKind, withClient } from "../cluster/connect.ts";

const KIND: ClientKind<RaftClient> = {
  make: (options) => new RaftClient(options),
  servedBy: "dist824 raft serve",
};

/** As {@linkcode withClient}. */
export function withRaftClient<T>(
  flags: ClientFlags,
  work: (client: RaftClient, servers: ReadonlyMap<ServerId, Address>) => Promise<T>,
): Promise<T> {
  return withClient(KIND, flags, work);
}
