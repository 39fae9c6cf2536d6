/**
 * A bare replicated log: its servers, and its clients.
 *
 * @module
 */

export { LogMachine } from "./log_machine.ts";
export { type LogPart, type RaftServerStatus } from "./messages.ts";
export {
  type ProposeOutcome,
  RaftClient,
  type RaftClientOptions,
  type TransferOutcome,
} from "./raft_client.ts";
export {
  COMMAND_BYTES_MAX,
  RAFT_PROTOCOL,
  RaftServer,
  type RaftServerOptions,
} from "./raft_server.ts";
