/**
 * The groups of the sharded store as real servers, and their clients.
 *
 * @module
 */

export * from "./group_metrics.ts";
export * from "./group_server.ts";
export * from "./group_status.ts";
export * from "./shards_client.ts";
