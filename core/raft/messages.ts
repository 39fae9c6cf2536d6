/**
 * The messages of Raft: Figure 2, Figure 13, and two of the thesis: PreVote (§9.6) is a `RequestVote`
 * that asks without committing anyone, TimeoutNow (§3.10) hands over leadership.
 */

import type { LogEntry, LogIndex, ServerId, Term } from "../base/durable.ts";

/** Asks for a vote (Raft §5.2, §5.4.1). */
export interface RequestVote {
  readonly kind: "RequestVote";
  /** The term of the candidacy. For a PreVote that is the term that the candidate would start. */
  readonly term: Term;
  readonly candidateId: ServerId;
  readonly lastLogIndex: LogIndex;
  readonly lastLogTerm: Term;
  /** True if this only asks whether a vote would be granted. */
  readonly preVote: boolean;
  /** True if the leader itself asked for this election; then it is no disruption (thesis §4.2.3). */
  readonly leadershipTransfer: boolean;
}

/** Answers a {@linkcode RequestVote}. */
export interface RequestVoteReply {
  readonly kind: "RequestVoteReply";
  readonly term: Term;
  readonly voteGranted: boolean;
}

/** Replicates entries; with none, a heartbeat (Raft §5.3). */
export interface AppendEntries {
  readonly kind: "AppendEntries";
  readonly term: Term;
  readonly leaderId: ServerId;
  /** The entry right before `entries`. */
  readonly prevLogIndex: LogIndex;
  readonly prevLogTerm: Term;
  /** Consecutive, from `prevLogIndex + 1`. */
  readonly entries: readonly LogEntry[];
  readonly leaderCommit: LogIndex;
}

/** Answers an {@linkcode AppendEntries}. */
export interface AppendEntriesReply {
  readonly kind: "AppendEntriesReply";
  readonly term: Term;
  /** True if the log matched at `prevLogIndex`, and now holds the entries, durably. */
  readonly success: boolean;
  /**
   * On refusal, where the leader should look next (end of Raft §5.3; the encoding is ours). If the follower
   * has an entry at `prevLogIndex`: that entry's term and the first index that the follower holds of
   * it. If its log is too short: term 0 and the index behind its last entry.
   */
  readonly conflictTerm: Term;
  readonly conflictIndex: LogIndex;
}

/** Sends a snapshot, or a piece of one, to a follower that needs compacted entries (Figure 13). */
export interface InstallSnapshot {
  readonly kind: "InstallSnapshot";
  readonly term: Term;
  readonly leaderId: ServerId;
  readonly lastIncludedIndex: LogIndex;
  readonly lastIncludedTerm: Term;
  /** Where `data` belongs in the snapshot, in bytes. */
  readonly offset: number;
  readonly data: Uint8Array;
  /** True if this is the last piece. */
  readonly done: boolean;
}

/** Answers an {@linkcode InstallSnapshot}. */
export interface InstallSnapshotReply {
  readonly kind: "InstallSnapshotReply";
  readonly term: Term;
  /**
   * How many bytes of this snapshot the follower holds from its beginning: where the next piece should
   * begin (ours; it lets a transfer resume after a lost piece). Meaningless if `installed`.
   */
  readonly bytesStored: number;
  /** True if the follower needs nothing more of this snapshot: it has everything that it covers. */
  readonly installed: boolean;
}

/** Tells a follower to stand for election at once (thesis §3.10). */
export interface TimeoutNow {
  readonly kind: "TimeoutNow";
  readonly term: Term;
  readonly leaderId: ServerId;
}

/** Answers a {@linkcode TimeoutNow}. */
export interface TimeoutNowReply {
  readonly kind: "TimeoutNowReply";
  readonly term: Term;
}

/** What one server asks of another. */
export type Request = RequestVote | AppendEntries | InstallSnapshot | TimeoutNow;

/** What the other answers; each kind of request has its own. */
export type Reply =
  | RequestVoteReply
  | AppendEntriesReply
  | InstallSnapshotReply
  | TimeoutNowReply;
