/** How a server of the key/value store is doing. */

import type { NodeStatus } from "../node/mod.ts";

/** JSON-safe. */
export interface KvServerStatus extends NodeStatus {
  /** What this replica has applied so far. */
  readonly store: { readonly keys: number; readonly bytes: number };
  /** Where it listens for Redis clients, `HOST:PORT`. */
  readonly clientsAddress: string;
  readonly clients: number;
  /** Redis clients that wait for the store. */
  readonly waiting: number;
}

/** The service under which a server tells its status, as JSON. */
export const KV_STATUS_SERVICE = "KvStatus";

/** Encodes a status. */
export function encodeKvStatus(status: KvServerStatus): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(status));
}

/**
 * Decodes a status.
 *
 * @throws {SyntaxError} If it is none.
 */
export function decodeKvStatus(bytes: Uint8Array): KvServerStatus {
  return JSON.parse(new TextDecoder().decode(bytes)) as KvServerStatus;
}
