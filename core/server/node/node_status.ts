/** What a node tells of itself. JSON-safe: what is not known is left out. */

import type { ProgressMode, Role } from "../../raft/mod.ts";

/** Another server of the cluster, as this one sees it. */
export interface PeerStatus {
  readonly id: number;
  /** `HOST:PORT`. */
  readonly address: string;
  /** How long ago it was heard of, in milliseconds: by a leader any follower, by a follower its leader. */
  readonly lastContactMs?: number;
  /** What a leader knows of a follower's log. */
  readonly matchIndex?: number;
  /** Entries that the follower lacks. */
  readonly lag?: number;
  readonly mode?: ProgressMode;
}

/** How the disk does its part. */
export interface DiskStatus {
  /** `stalled`: the same write has taken longer than an election timeout, and than its size explains. */
  readonly condition: "ok" | "full" | "stalled" | "failed" | "closed";
  /** Why it does not write, if it does not. */
  readonly error?: string;
  /** For how long it has been busy with the same write, in milliseconds. */
  readonly busyMs: number;
  /** The size of the log, without snapshots. */
  readonly logBytes: number;
  /** Since the start of the process. */
  readonly batches: number;
  readonly syncs: number;
  readonly bytesWritten: number;
}

/** How a node is doing. */
export interface NodeStatus {
  readonly id: number;
  readonly clusterId: string;
  readonly protocol: string;
  /** Where the other servers reach it, `HOST:PORT`. */
  readonly address: string;
  readonly uptimeMs: number;
  readonly role: Role;
  readonly term: number;
  readonly leaderId?: number;
  /** The first entry that is not compacted. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly durableIndex: number;
  readonly commitIndex: number;
  readonly lastApplied: number;
  /** Whether it keeps from leading, because its disk is in trouble or it is about to end. */
  readonly abstains: boolean;
  readonly disk: DiskStatus;
  readonly peers: readonly PeerStatus[];
}
