/** Where the servers of a bare replicated log are, unless told otherwise. */

import { LOCAL_PORTS } from "../../core/server/supervisor/mod.ts";
import { type ServerAddress, serverList } from "../cluster/peers.ts";

/** The first port of a local cluster. */
export const FIRST_PORT = LOCAL_PORTS.peers;

/** How far the admin ports of a local cluster lie above those. */
export const ADMIN_ABOVE = LOCAL_PORTS.admin - LOCAL_PORTS.peers;

/** The servers of a local cluster of three. */
export const DEFAULT_SERVERS_TEXT = [0, 1, 2].map((i) => `127.0.0.1:${FIRST_PORT + i}`).join(",");

/** The same, parsed. */
export const DEFAULT_SERVERS: readonly ServerAddress[] = serverList(DEFAULT_SERVERS_TEXT);
