/** How a server of a group is doing, shard by shard. */

import type { Gid } from "../../shardctrler/mod.ts";
import type { Driver, Group } from "../../shardkv/mod.ts";
import { contentsOf } from "../kv/mod.ts";
import type { NodeStatus } from "../node/mod.ts";

/** One shard as a server sees it. JSON-safe. */
export interface ShardStatus {
  readonly shard: number;
  /**
   * `leaving`: handed over to another group; `deleting`: the other group has all of it, and this one has not deleted
   * it yet; `parked`: nobody owns it.
   */
  readonly state: "serving" | "arriving" | "leaving" | "deleting" | "parked";
  /** The configuration in which it was lost, for one that leaves. */
  readonly num?: number;
  /** Where it comes from or goes to. */
  readonly other?: Gid;
  readonly keys: number;
  readonly bytes: number;
  /** Of so many items of a shard that travels, how many have arrived, as far as this server knows. */
  readonly arrived?: number;
}

/** JSON-safe. */
export interface GroupServerStatus extends NodeStatus {
  readonly gid: Gid;
  /** The configuration that the group follows. */
  readonly num: number;
  readonly shards: readonly ShardStatus[];
  /** What this server has of the shards that are the group's own. */
  readonly store: { readonly keys: number; readonly bytes: number };
  /** Where it listens for Redis clients, `HOST:PORT`; missing if it does not. */
  readonly clientsAddress?: string;
  /** Redis clients that are connected to it. */
  readonly clients: number;
  /** Of these, those that wait for the store. */
  readonly waiting: number;
}

/** The service under which a server tells its status, as JSON. */
export const GROUP_STATUS_SERVICE = "ShardkvStatus";

/** The shards of a group, as one of its servers sees them. */
export function shardStatuses(group: Group, driver: Pick<Driver, "sent">): ShardStatus[] {
  const own = [...group.shards].map(([shard, state]): ShardStatus => {
    const { keys, bytes } = state.data.store;
    const arriving = state.kind === "arriving"
      ? { other: state.from, arrived: state.received }
      : {};
    return { shard, state: state.kind, keys, bytes, ...arriving };
  });
  const leaving = [...group.leaving].map((copy): ShardStatus => {
    const { num, shard, to, data } = copy;
    const { keys, bytes } = data.store;
    const arrived = driver.sent(copy);
    const state = arrived === data.size && arrived > 0 ? "deleting" : "leaving";
    return { shard, state, num, other: to, keys, bytes, ...(arrived !== undefined && { arrived }) };
  });
  return [...own, ...leaving].sort((a, b) => a.shard - b.shard);
}

/** Encodes a status. */
export function encodeGroupStatus(status: GroupServerStatus): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(status));
}

/**
 * Decodes a status.
 *
 * @throws {SyntaxError} If it is none.
 */
export function decodeGroupStatus(bytes: Uint8Array): GroupServerStatus {
  return JSON.parse(new TextDecoder().decode(bytes)) as GroupServerStatus;
}

/** What a server of a group has applied, in so few bytes that servers can be compared. JSON-safe. */
export interface GroupFingerprint {
  readonly lastApplied: number;
  readonly num: number;
  /** Each shard and each copy that leaves: what it is, and what is in it. */
  readonly shards: readonly string[];
}

/** The service under which a server tells it, as JSON. */
export const GROUP_FINGERPRINT_SERVICE = "ShardkvFingerprint";

/** Takes the fingerprint of all shards. Reads all that is in them: for stores that are small, or at rest. */
export function shardFingerprints(group: Group): string[] {
  const all = [
    ...[...group.shards].map(([shard, { kind, data }]) => ({ name: `${shard} ${kind}`, data })),
    ...[...group.leaving].map(({ shard, num, to, data }) => ({
      name: `${shard} leaving ${num} ${to}`,
      data,
    })),
  ];
  return all.map(({ name, data: { store, sessions } }) =>
    `${name}: ${store.keys} ${contentsOf(store)} ${sessions.size} ${sessions.resultBytes}`
  ).sort();
}
