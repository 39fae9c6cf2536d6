/**
 * The shard controller as real servers, and the way to them.
 *
 * @module
 */

export * from "./ctrler_clerk.ts";
export * from "./ctrler_metrics.ts";
export * from "./ctrler_server.ts";
export * from "./named_calls.ts";
