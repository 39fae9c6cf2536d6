/** What INFO and CONFIG GET say about a server. */

import type { Address } from "../../host/mod.ts";
import type { RespLimits, RespStats } from "../../host/resp/mod.ts";
import { buildInfo } from "../../host/build_info.ts";
import { memoryUsage } from "../../host/this_process.ts";
import type { NodeStatus } from "../node/mod.ts";
import type { InfoFields } from "./server_facts.ts";

/** What client libraries take this server for: the version whose replies and errors it gives. */
const REDIS_VERSION = "7.0.0";

/** What INFO tells of. */
export interface InfoStatus extends NodeStatus {
  /** What this server has of the store. */
  readonly store: { readonly keys: number; readonly bytes: number };
  /** Redis clients that wait for the store. */
  readonly waiting: number;
}

/** The sections of INFO, in the order of Redis; `raft` at the end is ours. */
export function infoSections(
  status: InfoStatus,
  stats: RespStats,
  clients: Address,
): ReadonlyMap<string, InfoFields> {
  const { rssBytes, heapBytes } = memoryUsage();
  const { disk } = status;
  return new Map<string, InfoFields>([
    ["server", {
      redis_version: REDIS_VERSION,
      redis_mode: "standalone",
      dist824_version: buildInfoOnce().version,
      tcp_port: clients.port,
      uptime_in_seconds: Math.floor(status.uptimeMs / 1000),
    }],
    ["clients", { connected_clients: stats.clients, blocked_clients: status.waiting }],
    ["memory", {
      used_memory: heapBytes,
      used_memory_rss: rssBytes,
      used_memory_dataset: status.store.bytes,
      mem_clients_normal: stats.inputBytes + stats.outputBytes,
    }],
    ["persistence", {
      loading: 0,
      aof_enabled: 1,
      aof_last_write_status: disk.condition === "ok" ? "ok" : "err",
      aof_current_size: disk.logBytes,
    }],
    ["stats", {
      total_connections_received: stats.clientsEver,
      rejected_connections: stats.clientsRefused,
      total_commands_processed: stats.requests,
      total_net_input_bytes: stats.bytesRead,
      total_net_output_bytes: stats.bytesWritten,
    }],
    // Every server takes every command, so to a client each is a master.
    ["replication", { role: "master", connected_slaves: 0 }],
    ["keyspace", keyspace(status.store.keys)],
    ["raft", {
      id: status.id,
      role: status.role,
      term: status.term,
      leader_id: status.leaderId ?? "",
      commit_index: status.commitIndex,
      last_applied: status.lastApplied,
      last_index: status.lastIndex,
      durable_index: status.durableIndex,
      disk: disk.condition,
      syncs: disk.syncs,
    }],
  ]);
}

function keyspace(keys: number): InfoFields {
  return keys === 0 ? {} : { db0: `keys=${keys},expires=0,avg_ttl=0` };
}

/** What CONFIG GET shows: what clients ask for, and the limits. */
export function shownSettings(limits: RespLimits): ReadonlyMap<string, string> {
  return new Map(Object.entries({
    appendfsync: "always",
    appendonly: "yes",
    databases: "1",
    maxclients: `${limits.clientsMax}`,
    "maxmemory": "0",
    "maxmemory-policy": "noeviction",
    "proto-max-bulk-len": `${limits.wordBytesMax}`,
    save: "",
    timeout: `${Math.round(limits.idleTime / 1000)}`,
  }));
}

let build: { readonly version: string } | undefined;

function buildInfoOnce(): { readonly version: string } {
  return build ??= buildInfo();
}
