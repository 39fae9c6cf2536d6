/**
 * A replicated state machine on Raft: proposals and who waits for them, exactly-once sessions, snapshots,
 * linearizable reads, and the clerk that finds the leader.
 *
 * @module
 */

export * from "./state_machine.ts";
