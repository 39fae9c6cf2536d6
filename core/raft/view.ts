/** A Raft server's state as observers may see it: the names of Figure 2, read-only. */

import type { LogEntry, LogIndex, ServerId, Term } from "../base/durable.ts";
import type { Instant } from "../base/units.ts";
import type { Input, Output } from "./io.ts";
import type { ProgressMode } from "./progress.ts";

/** A server's role (Raft §5.1); a pre-candidate asks whether it could win (thesis §9.6). */
export type Role = "follower" | "preCandidate" | "candidate" | "leader";

/** The log, read-only. */
export interface RaftLogView {
  /** Where the snapshot ends (Raft §7); 0 without one. */
  readonly lastIncludedIndex: LogIndex;
  readonly lastIncludedTerm: Term;
  /** The last entry, or the end of the snapshot if there is none behind it. */
  readonly lastIndex: LogIndex;
  readonly lastTerm: Term;
  /** The term at `index`, or `undefined` where the log does not reach or the snapshot has swallowed it. */
  termAt(index: LogIndex): Term | undefined;
  /** The entry at `index`, or `undefined` likewise. */
  entryAt(index: LogIndex): LogEntry | undefined;
}

/** What a leader knows of a follower, read-only. */
export interface FollowerView {
  readonly mode: ProgressMode;
  /** The last entry known to be on the follower's stable storage. */
  readonly matchIndex: LogIndex;
  /** When it last answered in this term; at first, when the term began. */
  readonly lastContact: Instant;
}

/** Figure 2, read-only. */
export interface RaftView {
  readonly id: ServerId;
  readonly servers: readonly ServerId[];
  readonly role: Role;
  readonly currentTerm: Term;
  readonly votedFor: ServerId | undefined;
  readonly log: RaftLogView;
  readonly commitIndex: LogIndex;
  readonly lastApplied: LogIndex;
  /** Who leads `currentTerm`, as far as this server knows. */
  readonly leaderId: ServerId | undefined;
  /** The last entry that is on this server's own stable storage. */
  readonly durableIndex: LogIndex;
  /** When this server last heard from a leader of its term, if it did. */
  readonly leaderContact: Instant | undefined;
  /** Whether it keeps from leading (see the input `abstain`). */
  readonly abstains: boolean;
  /** The other servers, as a leader sees them; `undefined` on others. */
  readonly followers: ReadonlyMap<ServerId, FollowerView> | undefined;
}

/** Sees every step of every server; the checkers of the simulator are such observers. */
export interface RaftObserver {
  /** A server has been built from what its storage held. */
  onStart(raft: RaftView, now: Instant): void;
  /** A server has turned `input` into `output`; nothing of the output has been carried out yet. */
  onStep(raft: RaftView, input: Input, output: Output, now: Instant): void;
}
