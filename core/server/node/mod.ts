/**
 * One real server of a cluster, whatever runs on it.
 *
 * @module
 */

export { Node, type NodePorts, PROTOCOL_VERSION } from "./node.ts";
export { StorageFailedError } from "./node_failure.ts";
export type { Attached, NodeOptions } from "./node_options.ts";
export type { DiskStatus, NodeStatus, PeerStatus } from "./node_status.ts";
export { addressText } from "./status_of.ts";
