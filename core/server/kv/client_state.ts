/** What the commands know of the client that gave them, and of the server. */

import type { RespClient, RespVersion } from "../../host/resp/mod.ts";
import type { ServerFacts } from "./server_facts.ts";

/** One client, as the commands see it. */
export interface ClientState {
  readonly connection: RespClient;
  readonly server: ServerFacts;
  /** As the client calls itself; empty until it does. */
  clientName: string;
  version: RespVersion;
}
