/** Where the servers of a local cluster are, unless told otherwise. */

import { LOCAL_PORTS } from "../../core/server/supervisor/mod.ts";
import { type ServerAddress, serverList } from "./peers.ts";

/** The first port of each kind. */
export const FIRST_PORTS = LOCAL_PORTS;

/** Where the servers of a local cluster of three talk to each other. */
export const DEFAULT_SERVERS_TEXT = [0, 1, 2].map((i) => `127.0.0.1:${FIRST_PORTS.peers + i}`)
  .join(",");

/** The same, parsed. */
export const DEFAULT_SERVERS: readonly ServerAddress[] = serverList(DEFAULT_SERVERS_TEXT);
