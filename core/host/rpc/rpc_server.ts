/** Answers calls that arrive on connections. */

import type { Clock, RequestHandler } from "../../base/ports.ts";
import type { Address } from "./byte_stream.ts";
import type { RpcOptions } from "./options.ts";

/** Takes connections in and hands the requests that arrive on them to the handler of their service. */
export declare class RpcServer {
  static listen(
    address: Address,
    options: RpcOptions,
    dependencies?: { readonly clock: Clock },
  ): RpcServer;
  readonly hostname: string;
  readonly port: number;
  /** Answers the requests for `service` from now on; a request's bytes belong to the handler. */
  serve(service: string, handler: RequestHandler): void;
  /** Stops listening and drops all connections. Resolves when nothing of them is left. */
  close(): Promise<void>;
}
