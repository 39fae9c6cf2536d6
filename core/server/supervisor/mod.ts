/**
 * A local cluster: its plan (folders, addresses), and the care for its processes.
 *
 * @module
 */

export type { ClusterEnd, ClusterEvent, MemberEnd } from "./events.ts";
export { type Backoff, BACKOFF_DEFAULT, type Child, type StartChild } from "./member.ts";
export { parseReadyLine, readyLine, type ReadyReport } from "./ready_line.ts";
export { type MemberSpec, superviseCluster, type SuperviseOptions } from "./supervise_cluster.ts";
