/** CheckQuorum (thesis §6.2): a leader that does not hear from a majority stops calling itself one. */

import { after, type Instant, NEVER } from "../base/units.ts";
import { becomeFollower } from "./roles.ts";
import type { RaftState } from "./state.ts";

/** When the leader must have heard from a majority again. */
export function quorumDeadline(raft: RaftState): Instant {
  if (!raft.options.checkQuorum || raft.peers.length === 0) return NEVER;
  const contacts = [...raft.leading.progress.values()].map((progress) => progress.lastContact);
  contacts.sort((a, b) => b - a);
  // The leader itself is one of the majority.
  return after(contacts[raft.majority - 2]!, raft.options.electionTimeoutMax);
}

/** Steps down if that time has come. Clients then look for a leader that can serve them. */
export function checkQuorum(raft: RaftState): void {
  if (raft.now < quorumDeadline(raft)) return;
  raft.trace("leader", "lost contact with a majority");
  becomeFollower(raft, raft.currentTerm, undefined);
}
