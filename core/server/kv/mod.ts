/**
 * The replicated key/value store as a server that Redis clients talk to.
 *
 * @module
 */

export { contentsOf, type KvFingerprint } from "./fingerprint.ts";
export { Batches, type BatchesOptions, type Courier } from "./batches.ts";
export { KV_SERVICE } from "./clerk_store.ts";
export type { Flight, FlightOutcome } from "./flight.ts";
export { infoSections } from "./info.ts";
export { KvClient, type KvClientOptions } from "./kv_client.ts";
export { kvMetrics } from "./kv_metrics.ts";
export { KV_PROTOCOL, KvServer, type KvServerOptions } from "./kv_server.ts";
export {
  decodeKvStatus,
  encodeKvStatus,
  KV_STATUS_SERVICE,
  type KvServerStatus,
} from "./kv_status.ts";
export { LocalFirstTransport } from "./local_first_transport.ts";
export { type DoorSettings, RedisDoor } from "./redis_door.ts";
export { onePart, type StoreParts } from "./store_parts.ts";
