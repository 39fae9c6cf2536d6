/** Sends calls to one server. */

import type { Clock, Random } from "../../base/ports.ts";
import type { Millis } from "../../base/units.ts";
import type { Address } from "./byte_stream.ts";
import type { RpcOptions } from "./options.ts";

/** Calls to one server, on one connection that is opened when it is needed and opened again when it broke. */
export declare class RpcClient {
  constructor(
    address: Address,
    options: RpcOptions,
    dependencies: { readonly clock: Clock; readonly random: Random },
  );
  /**
   * Sends `request` and resolves the reply's bytes, which belong to the caller. Keeps no reference to `request`.
   * Rejects an `RpcError` if no reply came, at the latest after `deadline`.
   */
  call(service: string, request: Uint8Array, deadline?: Millis): Promise<Uint8Array>;
  /** Closes the connection; calls without a reply are rejected. */
  close(): void;
}
