/** A clerk of the controller for servers and clients that know where its servers are. */

import { type Clock, type Millis, ms, type Random, serverId } from "../../base/mod.ts";
import { ShardctrlerClerk } from "../../shardctrler/mod.ts";
import type { CallServer } from "../../shardkv/mod.ts";

/** What such a clerk is made of. */
export interface CtrlerClerkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly call: CallServer;
  /** The controller's servers, `HOST:PORT`. */
  readonly ctrlers: readonly string[];
  /** How long to try; for ever unless told. */
  readonly deadline?: Millis | undefined;
}

/** Makes one. */
export function ctrlerClerk(options: CtrlerClerkOptions): ShardctrlerClerk {
  const { clock, random, call, ctrlers, deadline } = options;
  return new ShardctrlerClerk({
    clock,
    random,
    transport: {
      call: (to, service, request, onReply) => call(ctrlers[to]!, service, request, onReply),
    },
    servers: ctrlers.map((_, i) => serverId(i)),
    callTimeout: ms(1000),
    pause: ms(50),
    // Addresses may come in any order, so a server's number says nothing here.
    hints: false,
    ...(deadline !== undefined && { deadline }),
  });
}
