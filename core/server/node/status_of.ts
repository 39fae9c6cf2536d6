/** Puts a node's status together. */

import { between, type Instant, logIndex, type ServerId } from "../../base/mod.ts";
import type { Address } from "../../host/mod.ts";
import type { RaftView } from "../../raft/mod.ts";
import type { NodeStatus, PeerStatus } from "./node_status.ts";

/** Writes an address as people do. */
export function addressText({ hostname, port }: Address): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** What the status says of Raft. */
export function raftStatus(
  view: RaftView,
): Omit<NodeStatus, "clusterId" | "protocol" | "address" | "uptimeMs" | "disk" | "peers"> {
  const { id, role, currentTerm, leaderId, log, durableIndex, commitIndex, lastApplied } = view;
  return {
    id,
    role,
    term: currentTerm,
    ...(leaderId !== undefined && { leaderId }),
    firstIndex: logIndex(log.lastIncludedIndex + 1),
    lastIndex: log.lastIndex,
    durableIndex,
    commitIndex,
    lastApplied,
    abstains: view.abstains,
  };
}

/** What it says of the other servers. */
export function peerStatuses(
  view: RaftView,
  peers: ReadonlyMap<ServerId, Address>,
  now: Instant,
): PeerStatus[] {
  return [...peers].filter(([id]) => id !== view.id).map(([id, address]) => {
    const known = { id, address: addressText(address) };
    const follower = view.followers?.get(id);
    if (follower !== undefined) {
      const { matchIndex, mode, lastContact } = follower;
      const lag = view.log.lastIndex - matchIndex;
      return { ...known, lastContactMs: since(lastContact, now), matchIndex, lag, mode };
    }
    const contact = view.leaderId === id ? view.leaderContact : undefined;
    return { ...known, ...(contact !== undefined && { lastContactMs: since(contact, now) }) };
  });
}

function since(then: Instant, now: Instant): number {
  return Math.round(between(then, now));
}
