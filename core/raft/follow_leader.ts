/** What a server does first when a leader speaks, whatever it says (Figure 2, "rules for servers"). */

import type { ServerId, Term } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import { becomeFollower } from "./roles.ts";
import type { RaftState } from "./state.ts";

/**
 * Accepts the sender as leader of `term`, and waits for it anew; or, if the term is an old one, changes nothing.
 *
 * @returns Whether the sender is the present leader.
 */
export function followLeader(raft: RaftState, term: Term, leaderId: ServerId): boolean {
  if (term < raft.currentTerm) {
    raft.trace("drop", "ignores a leader of an old term", { leader: leaderId, leaderTerm: term });
    return false;
  }
  invariant(
    raft.role !== "leader" || term > raft.currentTerm,
    "ElectionSafety",
    () => `${raft.id} and ${leaderId} both lead term ${term}`,
  );
  becomeFollower(raft, term, leaderId);
  raft.leaderContact = raft.now;
  raft.resetElectionTimer();
  return true;
}
