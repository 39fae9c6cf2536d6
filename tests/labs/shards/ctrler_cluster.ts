/** The controller's servers beside the groups of lab 4B, and clerks of it for whoever is on the network. */

import { type ServerId, serverId } from "../../../core/base/durable.ts";
import type { Clock, Random, Transport } from "../../../core/base/ports.ts";
import { ShardctrlerClerk } from "../../../core/shardctrler/mod.ts";
import type { CallServer } from "../../../core/shardkv/mod.ts";
import { CLERK_CALLS } from "../services/kv_service.ts";
import { ServiceCluster } from "../services/service_cluster.ts";
import type { Stage } from "../services/stage.ts";
import { type ConfigWatch, CTRLER_ASKED, startWatched } from "./config_watch.ts";

const SERVERS = 3;

function nameOf(server: number): string {
  return `ctrler${server}`;
}

/** Makes the controller's servers, and starts and connects them. They keep running. */
export function startCtrlers(stage: Stage, watch: ConfigWatch): ServiceCluster {
  const cluster = new ServiceCluster(stage, {
    servers: SERVERS,
    nameOf,
    start: (site) => startWatched(site, watch),
    asked: CTRLER_ASKED,
  });
  for (const server of cluster.all) cluster.start(server);
  cluster.connectAll();
  return cluster;
}

/** Makes a clerk for somebody who can call servers by name. */
export function ctrlerClerk(clock: Clock, random: Random, call: CallServer): ShardctrlerClerk {
  return new ShardctrlerClerk({
    ...CLERK_CALLS,
    clock,
    random,
    transport: namedTransport(call),
    servers: Array.from({ length: SERVERS }, (_, server) => serverId(server)),
    hints: true,
    session: "implicit",
  });
}

function namedTransport(call: CallServer): Pick<Transport, "call"> {
  return {
    call: (to: ServerId, service, request, onReply) => call(nameOf(to), service, request, onReply),
  };
}
