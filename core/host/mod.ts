/**
 * The real world: the ports of `core/base` on this machine.
 *
 * @module
 */

export { RealClock } from "./clock.ts";
export { HostDisk } from "./disk.ts";
export { HostFiles } from "./files.ts";
export { freePorts } from "./free_ports.ts";
export { type Log, type LogFields, silentLog, withFields } from "./log.ts";
export { inLaterTurn, macrotask } from "./macrotask.ts";
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
export { systemRandom } from "./system_random.ts";
export * from "./wal/mod.ts";
