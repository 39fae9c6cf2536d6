/** What a real server is told when it starts. */

import type { Clock, Disk, ServerId } from "../../base/mod.ts";
import type { Log, WalOptions } from "../../host/mod.ts";
import type { Address, RpcOptions } from "../../host/rpc/mod.ts";
import type { RaftOptions, RaftView } from "../../raft/mod.ts";

/** One server of a cluster. */
export interface NodeOptions {
  readonly id: ServerId;
  /** Where the servers of the cluster are, this one included; the same everywhere. */
  readonly peers: ReadonlyMap<ServerId, Address>;
  /** Where to listen, if that is not where the others find this server. */
  readonly listen?: Address;
  /** What must not be lost. The folder is made if there is none. */
  readonly dataFolder: string;
  /** Tells clusters apart, and is not empty: a server neither talks to another cluster nor takes over its folder. */
  readonly clusterId: string;
  /** What is spoken, such as `dist824-raft`. */
  readonly protocol: string;
  /** What the data are, in words, where one protocol has several services; by default the protocol. */
  readonly service?: string;
  readonly log: Log;
  /** Other settings of Raft than `SERVER_OPTIONS`. */
  readonly raft?: Partial<RaftOptions>;
  /** What keeps the data; by default the folder itself. */
  readonly disk?: Disk;
  /** The time as this server sees it; by default that of the machine. */
  readonly clock?: Clock;
  /** Other settings of the log than its own. */
  readonly wal?: Pick<WalOptions, "segmentBytes">;
  /** How connections are opened and taken in; plain TCP by default. */
  readonly streams?: Pick<RpcOptions, "dial" | "listen">;
}

/** What runs on a node: a `RaftNode`, or something that contains one. */
export interface Attached {
  readonly view: RaftView;
  /** See `RaftNode.abstain`. */
  abstain(yes: boolean): void;
  /** See `RaftNode.transferLeadership`. */
  transferLeadership(to?: ServerId): void;
  /** Ends it: it must neither send nor answer any more. */
  stop(): void;
}
