/**
 * The replicated key/value store as a server that Redis clients talk to.
 *
 * @module
 */

export { contentsOf, type KvFingerprint } from "./fingerprint.ts";
export { KV_SERVICE, KvFrontend } from "./frontend.ts";
export { KvClient, type KvClientOptions } from "./kv_client.ts";
export { kvMetrics } from "./kv_metrics.ts";
export { KV_PROTOCOL, KvServer, type KvServerOptions } from "./kv_server.ts";
export {
  decodeKvStatus,
  encodeKvStatus,
  KV_STATUS_SERVICE,
  type KvServerStatus,
} from "./kv_status.ts";
