/** What a caller is told when there is no reply. */

/** Why a call failed. */
export type RpcFailure =
  /** The connection could not be opened. */
  | "unreachable"
  /** The other end belongs to another cluster, or speaks another protocol or version. */
  | "refused"
  /** The connection broke before the reply came. */
  | "broken"
  /** The deadline passed. */
  | "deadline"
  /** The client was closed. */
  | "closed"
  /** Too much is waiting to be sent. */
  | "overloaded"
  /** The server does not know the service. */
  | "no service"
  /** The request or the reply is larger than a frame may be. */
  | "too large";

/** A call brought no reply. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly failure: RpcFailure;
  /** True if the request certainly was not handled and never will be; otherwise it may have been, or may still be. */
  readonly definite: boolean;

  constructor(failure: RpcFailure, definite: boolean, message: string, options?: ErrorOptions) {
    super(message, options);
    this.failure = failure;
    this.definite = definite;
  }
}
