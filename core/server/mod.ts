/**
 * Real nodes: each protocol of this program put on the real world, with its clients, and what a local cluster and an
 * admin port need. Commands start them; tests run them in-process.
 *
 * @module
 */

export * from "./admin/mod.ts";
export * from "./kv/mod.ts";
export * from "./mapreduce/mod.ts";
export * from "./node/mod.ts";
export * from "./raft/mod.ts";
export * from "./shardctrler/mod.ts";
export * from "./shardkv/mod.ts";
export * from "./supervisor/mod.ts";
