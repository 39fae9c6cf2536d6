/** A call as its client sees it. */

import type { Instant } from "../../base/units.ts";
import type { RpcError } from "./errors.ts";

/** One call that has not ended. */
export class ClientCall {
  /** The name of the service, as it goes into the request. */
  readonly name: Uint8Array;
  /** When the caller waits no longer. */
  readonly due: Instant;
  readonly resolve: (reply: Uint8Array) => void;
  readonly reject: (error: RpcError) => void;
  /** A copy of the request, while it waits to be sent. */
  request: Uint8Array | undefined;

  constructor(
    name: Uint8Array,
    due: Instant,
    resolve: (reply: Uint8Array) => void,
    reject: (error: RpcError) => void,
  ) {
    this.name = name;
    this.due = due;
    this.resolve = resolve;
    this.reject = reject;
  }
}
