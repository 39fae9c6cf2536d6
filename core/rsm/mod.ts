/**
 * A replicated state machine on Raft: proposals and who waits for them, exactly-once sessions, snapshots,
 * linearizable reads, and the clerk that finds the leader.
 *
 * @module
 */

export * from "./capture.ts";
export * from "./clerk.ts";
export * from "./exactly_once.ts";
export * from "./messages.ts";
export * from "./replica.ts";
export * from "./service.ts";
export * from "./sessions.ts";
export * from "./state_machine.ts";
