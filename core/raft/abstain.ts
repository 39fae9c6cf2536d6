/**
 * Keeping from leading: ours, not the paper's. A server that is in trouble, as with a full or stalled disk, or that
 * is about to be stopped, makes a bad leader: what it is told cannot become durable there, and all clients wait
 * for it. The thesis knows such leaders (§3.10: one that should step down because it does not do its part) and
 * moves leadership away; this is what is left to do when it cannot be moved in good order.
 *
 * It is safe because a server may become a follower at any time (§5.1): who leads is a matter of liveness. As a
 * voter and follower the server goes on doing its part, and gives no acknowledgement before it is durable.
 */

import { becomeFollower } from "./roles.ts";
import type { RaftState } from "./state.ts";

/** Steps down and keeps from standing for election, or, with `yes` false, takes part again as ever. */
export function onAbstain(raft: RaftState, yes: boolean): void {
  if (yes === raft.abstains) return;
  raft.abstains = yes;
  raft.trace("leader", yes ? "abstains" : "abstains no longer");
  if (!yes || raft.role === "follower") return;
  // The vote of this term stays given: a candidate that steps back must not help another to the same term.
  becomeFollower(raft, raft.currentTerm, undefined);
  raft.resetElectionTimer();
}

/** No leader has been heard of for an election timeout: another server will have to stand. */
export function waitForOthers(raft: RaftState): void {
  raft.leaderId = undefined;
  raft.resetElectionTimer();
  raft.trace("timer", "election timeout, but abstains");
}
