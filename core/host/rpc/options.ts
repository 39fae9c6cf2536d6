/** What both ends of a connection must agree on, and the bounds that each keeps for itself. */

import { type Millis, ms } from "../../base/units.ts";
import type { Dial, Listen } from "./byte_stream.ts";
import type { Hello } from "./messages.ts";
import { dialTcp, listenTcp } from "./tcp_stream.ts";

/** Bounds on what a peer can make this end hold, do or wait for. */
export interface RpcLimits {
  /** The largest frame, in bytes, that is sent or taken in. */
  readonly frameBytesMax: number;
  /** Connections a server has open at a time; what comes beyond is closed at once. */
  readonly connectionsMax: number;
  /** The bytes a peer may send before it has introduced itself. */
  readonly handshakeBytesMax: number;
  /** How long a connection may take to be opened, and how long the introductions may take after that. */
  readonly handshakeTime: Millis;
  /** A server drops a connection that makes no progress for so long; a client closes its own after half of that. */
  readonly idleTime: Millis;
  /** Requests of one connection that a server handles, and that a client has sent, at a time. */
  readonly callsInFlightMax: number;
  /**
   * What a server holds for one connection, in bytes: requests being handled and replies not yet taken by the
   * peer. From there on it reads no more from it; one frame may go beyond.
   */
  readonly heldBytesMax: number;
  /** Bytes a client lets wait to be sent; calls beyond fail as overloaded. */
  readonly queueBytesMax: number;
  /** How long a call may take if the caller does not say. */
  readonly callTime: Millis;
  /** How long a server that is closed waits for its last replies to be taken. */
  readonly closeTime: Millis;
  /** How often a server says that it is alive, on a connection whose calls it handles and that is silent otherwise. */
  readonly aliveInterval: Millis;
  /** A client gives up a connection with calls in flight that is silent for so long. At least twice `aliveInterval`. */
  readonly silenceMax: Millis;
  /** The first pause between two attempts to open a connection; each failure doubles it. */
  readonly backoffMin: Millis;
  /** The longest such pause. */
  readonly backoffMax: Millis;
}

/** The limits that hold unless told otherwise. */
export const DEFAULT_RPC_LIMITS: RpcLimits = {
  frameBytesMax: 16 * 1024 * 1024,
  connectionsMax: 4096,
  handshakeBytesMax: 1024,
  handshakeTime: ms(5000),
  idleTime: ms(300_000),
  callsInFlightMax: 256,
  heldBytesMax: 32 * 1024 * 1024,
  queueBytesMax: 64 * 1024 * 1024,
  callTime: ms(30_000),
  closeTime: ms(1000),
  aliveInterval: ms(1000),
  silenceMax: ms(5000),
  backoffMin: ms(20),
  backoffMax: ms(1000),
};

/** One thing worth a line in a log. */
export interface RpcLogEvent {
  readonly event:
    /** A peer was dropped for what it did or failed to do. */
    | "peer dropped"
    /** A connection could not be opened, or the peer refused it. */
    | "connect failed"
    /** An established connection of a client broke. */
    | "connection broken"
    /** The server's listener failed. */
    | "listen failed";
  readonly peer: string;
  readonly reason: string;
}

/** Settings of a server or a client. */
export interface RpcOptions {
  /** What is spoken, such as `dist824-mr`; the same at both ends. */
  readonly protocol: string;
  /** The version of what is spoken; the same at both ends. */
  readonly version: number;
  /** Which cluster this end belongs to; the same at both ends. */
  readonly clusterId: string;
  readonly limits?: Partial<RpcLimits>;
  readonly log?: (event: RpcLogEvent) => void;
  /** How a client opens connections; TCP by default. */
  readonly dial?: Dial;
  /** How a server takes them in; TCP by default. */
  readonly listen?: Listen;
}

/** {@linkcode RpcOptions} with nothing left open. */
export interface ResolvedRpcOptions {
  readonly hello: Hello;
  readonly limits: RpcLimits;
  readonly log: (event: RpcLogEvent) => void;
  readonly dial: Dial;
  readonly listen: Listen;
}

/** Fills in what was left open. */
export function resolveOptions(options: RpcOptions): ResolvedRpcOptions {
  const { protocol, version, clusterId } = options;
  return {
    hello: { protocol, version, clusterId },
    limits: { ...DEFAULT_RPC_LIMITS, ...options.limits },
    log: options.log ?? (() => {}),
    dial: options.dial ?? dialTcp,
    listen: options.listen ?? listenTcp,
  };
}
