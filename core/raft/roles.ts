/** The changes of role (Raft §5.1, Figure 4), and nothing else: who asks for them is decided elsewhere. */

import { type ServerId, type Term, term as asTerm } from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import { newProgress } from "./progress.ts";
import { refuseReads } from "./read_index.ts";
import { proposeNoOp } from "./proposal.ts";
import type { RaftState } from "./state.ts";

/**
 * Becomes or stays a follower in `term`, which is at least the current one. A higher term frees the vote; the
 * same term keeps it, so that stepping down never leads to a second vote (Raft §5.1).
 */
export function becomeFollower(raft: RaftState, term: Term, leaderId: ServerId | undefined): void {
  invariant(
    term >= raft.currentTerm,
    "TermsNeverFall",
    () => `server ${raft.id} would go from term ${raft.currentTerm} back to ${term}`,
  );
  if (term > raft.currentTerm) {
    raft.currentTerm = term;
    raft.votedFor = undefined;
    raft.leaderContact = undefined;
    raft.incomingSnapshot = undefined;
    raft.durability.hardStateChanged();
    raft.trace("term", "adopts a higher term");
  }
  raft.leaderId = leaderId;
  raft.votes.clear();
  if (raft.role === "leader") {
    refuseReads(raft);
    raft.leader = undefined;
    raft.resetElectionTimer();
    raft.trace("leader", "steps down");
  }
  raft.role = "follower";
}

/** Begins to ask whether an election could be won; neither term nor vote change (thesis §9.6). */
export function becomePreCandidate(raft: RaftState): void {
  invariant(
    raft.role !== "leader",
    "RoleOrder",
    () => `leader ${raft.id} cannot stand for election`,
  );
  raft.role = "preCandidate";
  raft.leaderId = undefined;
  raft.votes.clear();
  raft.votes.add(raft.id);
  raft.resetElectionTimer();
  raft.trace("vote", "asks for pre-votes");
}

/** Starts a new term and votes for itself (Raft §5.2). */
export function becomeCandidate(raft: RaftState): void {
  invariant(
    raft.role !== "leader",
    "RoleOrder",
    () => `leader ${raft.id} cannot stand for election`,
  );
  raft.role = "candidate";
  raft.leaderId = undefined;
  raft.leaderContact = undefined;
  raft.incomingSnapshot = undefined;
  raft.currentTerm = asTerm(raft.currentTerm + 1);
  raft.votedFor = undefined;
  raft.durability.hardStateChanged();
  raft.voteFor(raft.id);
  raft.votes.clear();
  raft.votes.add(raft.id);
  raft.resetElectionTimer();
  raft.trace("vote", "stands for election");
}

/**
 * Takes office: makes anew what Figure 2 calls volatile state on leaders. The first round of heartbeats is due at
 * once, and goes out at the end of this step.
 */
export function becomeLeader(raft: RaftState): void {
  invariant(raft.role === "candidate", "RoleOrder", () => `a ${raft.role} cannot become leader`);
  raft.role = "leader";
  raft.leaderId = raft.id;
  raft.votes.clear();
  raft.leader = {
    progress: new Map(raft.peers.map((id) => [id, newProgress(raft.log.lastIndex, raft.now)])),
    entriesWaiting: false,
    round: 1,
    roundWaiting: true,
    commitNoticeDue: undefined,
    reads: [],
    leadershipTransfer: undefined,
  };
  raft.trace("leader", "becomes leader", { lastIndex: raft.log.lastIndex });
  if (raft.options.noOpOnElection) proposeNoOp(raft);
}
