/**
 * The shard controller: numbered configurations that say which group of servers has which shard, and the
 * rebalancing that leads from one to the next.
 *
 * @module
 */

export * from "./change.ts";
export * from "./clerk.ts";
export * from "./config.ts";
export * from "./messages.ts";
export * from "./plan.ts";
export * from "./rebalance.ts";
export * from "./server.ts";
export * from "./state_machine.ts";
