/**
 * The sharded key/value store: groups of servers that follow the controller's configurations and hand shards to each
 * other, and the clerk that finds the group of a key.
 *
 * @module
 */

export * from "./clerk.ts";
export { encodeCommand, type ShardkvCommand } from "./commands.ts";
export * from "./driver.ts";
export * from "./group.ts";
export * from "./key_to_shard.ts";
export { Routes } from "./routes.ts";
export * from "./server.ts";
export { SHARDKV_SERVICE } from "./shard_call.ts";
export { ShardData, type ShardItem } from "./shard_data.ts";
export { type ShardkvOptions, ShardkvStateMachine } from "./state_machine.ts";
export { type CallServer, TRANSFER_SERVICE } from "./transfer.ts";
