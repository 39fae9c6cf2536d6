/**
 * What a server tells about itself over HTTP: metrics, health, status.
 *
 * @module
 */

export { type AdminSource, serveAdmin } from "./admin_server.ts";
export { CountedLog } from "./counted_log.ts";
export { counter, gauge } from "./node_metrics.ts";
export { LAG_MAX, type Readiness, readinessOf } from "./readiness.ts";
