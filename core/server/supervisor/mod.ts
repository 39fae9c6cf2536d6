/**
 * A local cluster: its plan (folders, addresses), and the care for its processes.
 *
 * @module
 */

export type { ClusterEnd, ClusterEvent, MemberEnd } from "./events.ts";
export {
  LOCAL_PORTS,
  type LocalCluster,
  localCluster,
  type LocalClusterWanted,
  type LocalMember,
  type PortsWanted,
} from "./local_cluster.ts";
export { LocalClusterError } from "./plan_file.ts";
export { type Backoff, BACKOFF_DEFAULT, type Child, type StartChild } from "./member.ts";
export { parseReadyLine, readyLine, type ReadyReport } from "./ready_line.ts";
export { type MemberSpec, superviseCluster, type SuperviseOptions } from "./supervise_cluster.ts";
