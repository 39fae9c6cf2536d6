/** Calls to any server of a sharded store, by the name that it has in configurations: its `HOST:PORT`. */

import { type Clock, ms, type Random } from "../../base/mod.ts";
import { type Address, RpcClient, type RpcOptions } from "../../host/mod.ts";
import { PROTOCOL_VERSION } from "../node/mod.ts";

/** What all servers of a sharded store speak, those of the controller included, and their clients. */
export const SHARDS_PROTOCOL = "dist824-shards";

/** How long a call waits for its reply. Who calls has times of their own. */
const CALL_TIME = ms(5000);

/** What the calls are made of. */
export interface NamedCallsOptions {
  /** Which store the servers must belong to; "": any. */
  readonly clusterId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly streams?: Pick<RpcOptions, "dial"> | undefined;
}

/** Connections to servers, each opened when it is first needed. */
export class NamedCalls {
  readonly #options: NamedCallsOptions;
  readonly #clients = new Map<string, RpcClient>();
  #isClosed = false;

  constructor(options: NamedCallsOptions) {
    this.#options = options;
  }

  /** Calls a server. A name that is no address gets no reply. */
  readonly call = (
    server: string,
    service: string,
    request: Uint8Array,
    onReply: (reply: Uint8Array | undefined) => void,
  ): void => {
    if (this.#isClosed) return;
    const client = this.#clientOf(server);
    if (client === undefined) {
      this.#options.clock.after(ms(0), () => onReply(undefined));
    } else client.call(service, request, CALL_TIME).then(onReply, () => onReply(undefined));
  };

  /** Ends all calls, and drops all connections. */
  close(): void {
    this.#isClosed = true;
    for (const client of this.#clients.values()) client.close();
  }

  #clientOf(server: string): RpcClient | undefined {
    const known = this.#clients.get(server);
    if (known !== undefined) return known;
    const address = parseAddress(server);
    if (address === undefined) return undefined;
    const { clusterId, clock, random, streams } = this.#options;
    const rpc = { protocol: SHARDS_PROTOCOL, version: PROTOCOL_VERSION, clusterId, ...streams };
    const client = new RpcClient(address, rpc, { clock, random: random.child(server) });
    this.#clients.set(server, client);
    return client;
  }
}

function parseAddress(text: string): Address | undefined {
  const parts = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (parts === null) return undefined;
  return { hostname: parts[1] ?? parts[2]!, port: Number(parts[3]) };
}
