/**
 * One real server of a cluster, whatever runs on it.
 *
 * @module
 */

export type { Attached, NodeOptions } from "./node_options.ts";
export type { DiskStatus, NodeStatus, PeerStatus } from "./node_status.ts";
