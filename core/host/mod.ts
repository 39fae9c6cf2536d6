/**
 * The real world: the ports of `core/base` on this machine.
 *
 * @module
 */

export { RealClock } from "./clock.ts";
export { HostDisk } from "./disk.ts";
export { HostFiles } from "./files.ts";
export { macrotask } from "./macrotask.ts";
export {
  type Address,
  RpcClient,
  type RpcClientDependencies,
  RpcError,
  type RpcFailure,
  type RpcLimits,
  type RpcLogEvent,
  type RpcOptions,
  RpcServer,
} from "./rpc/mod.ts";
export { TcpTransport, type TcpTransportOptions } from "./tcp_transport.ts";
export * from "./wal/mod.ts";
