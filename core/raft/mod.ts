/**
 * Raft, as a pure and synchronous state machine, and the driver that runs it against the ports.
 *
 * @module
 */

export * from "./io.ts";
export * from "./messages.ts";
export * from "./options.ts";
export type { ProgressMode } from "./progress.ts";
export * from "./view.ts";
export { Raft } from "./raft.ts";
export type { RaftSetup } from "./state.ts";
export { RAFT_SERVICE, type RaftMachine, RaftNode, type RaftNodeOptions } from "./raft_node.ts";
