/** The figures of a node: Raft, its peers, the write-ahead log, the process. */

import type { Metric, MetricValue } from "../../host/prometheus.ts";
import { resourceUsage } from "../../host/this_process.ts";
import type { DiskStatus, NodeStatus, PeerStatus } from "../node/mod.ts";

const ROLES = ["follower", "preCandidate", "candidate", "leader"] as const;
const CONDITIONS = ["ok", "full", "stalled", "failed", "closed"] as const;

/** Makes the metrics of a status. */
export function nodeMetrics(status: NodeStatus): Metric[] {
  return [...raftMetrics(status), ...peerMetrics(status.peers), ...walMetrics(status.disk)];
}

/** What the process takes of the machine, under the names that Prometheus expects. */
export function processMetrics(): Metric[] {
  const { residentBytes, heapBytes, cpuSeconds } = resourceUsage();
  return [
    gauge("process_resident_memory_bytes", "Memory of the process", residentBytes),
    gauge("process_heap_bytes", "Memory that objects take", heapBytes),
    counter("process_cpu_seconds_total", "Time of processors", cpuSeconds),
  ];
}

/** A gauge without labels. */
export function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: "gauge", values: [{ value }] };
}

/** A counter without labels. */
export function counter(name: string, help: string, value: number): Metric {
  return { name, help, type: "counter", values: [{ value }] };
}

function raftMetrics(status: NodeStatus): Metric[] {
  const { role, leaderId, abstains } = status;
  return [
    gauge("dist824_uptime_seconds", "Time since the start", status.uptimeMs / 1000),
    gauge("dist824_raft_term", "The current term", status.term),
    oneOf("dist824_raft_role", "1 for the role that the server has", "role", ROLES, role),
    gauge(
      "dist824_raft_leader_known",
      "1 if the server knows a leader",
      leaderId === undefined ? 0 : 1,
    ),
    gauge("dist824_raft_abstains", "1 while the server keeps from leading", abstains ? 1 : 0),
    gauge("dist824_raft_first_index", "The first entry that is not compacted", status.firstIndex),
    gauge("dist824_raft_last_index", "The last entry of the log", status.lastIndex),
    gauge("dist824_raft_durable_index", "The last entry that is on disk", status.durableIndex),
    gauge("dist824_raft_commit_index", "The last entry known to be committed", status.commitIndex),
    gauge("dist824_raft_applied_index", "The last entry that was applied", status.lastApplied),
  ];
}

/** Only what is known: a follower knows little of the others. */
function peerMetrics(peers: readonly PeerStatus[]): Metric[] {
  const of = (read: (peer: PeerStatus) => number | undefined): MetricValue[] =>
    peers.flatMap((peer) => {
      const value = read(peer);
      return value === undefined ? [] : [{ value, labels: { peer: `${peer.id}` } }];
    });
  return [
    {
      name: "dist824_raft_peer_lag_entries",
      help: "On a leader: entries that a follower lacks",
      type: "gauge",
      values: of(({ lag }) => lag),
    },
    {
      name: "dist824_raft_peer_last_contact_seconds",
      help: "Time since another server was heard of",
      type: "gauge",
      values: of(({ lastContactMs }) =>
        lastContactMs === undefined ? undefined : lastContactMs / 1000
      ),
    },
  ];
}

function walMetrics(
  { condition, busyMs, logBytes, batches, syncs, bytesWritten }: DiskStatus,
): Metric[] {
  return [
    oneOf("dist824_wal_condition", "1 for how the disk does", "condition", CONDITIONS, condition),
    gauge("dist824_wal_busy_seconds", "Time that the present write has taken", busyMs / 1000),
    gauge("dist824_wal_bytes", "Size of the log, without snapshots", logBytes),
    counter("dist824_wal_batches_total", "Batches that were made durable", batches),
    counter("dist824_wal_syncs_total", "Syncs of the disk", syncs),
    counter("dist824_wal_written_bytes_total", "Bytes that were written", bytesWritten),
  ];
}

/** 1 for the label that holds, 0 for the others. */
function oneOf(
  name: string,
  help: string,
  label: string,
  all: readonly string[],
  holds: string,
): Metric {
  const values = all.map((each) => ({ value: each === holds ? 1 : 0, labels: { [label]: each } }));
  return { name, help, type: "gauge", values };
}
