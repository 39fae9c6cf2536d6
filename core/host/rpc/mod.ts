/**
 * Remote procedure calls over byte streams: many calls at a time on one connection, with bounds on all that
 * a peer could make this end hold or wait for.
 *
 * @module
 */

export type { Address, ByteStream, ByteStreamListener, Dial, Listen } from "./byte_stream.ts";
export { RpcError, type RpcFailure } from "./errors.ts";
export {
  DEFAULT_RPC_LIMITS,
  type RpcLimits,
  type RpcLogEvent,
  type RpcOptions,
} from "./options.ts";
export { RpcClient, type RpcClientDependencies } from "./rpc_client.ts";
export { RpcServer } from "./rpc_server.ts";
