/**
 * The rules that an implementation of Raft most often gets wrong, by number. A test of a rule has the comment
 * `Rule N` above it; `rules_test.ts` finds rules without a test. Numbers that are missing here (32, 34, 35) are about
 * the driver, and tested in `core/raft/raft_node_test.ts`, or (51, 53) are about what this implementation does not have.
 */
export const RULES: ReadonlyMap<number, string> = new Map([
  // Terms and roles.
  [
    1,
    "a higher term in a request or a reply: adopt exactly it, free the vote, follow, persist, then go on",
  ],
  [
    2,
    "a request with a lower term is refused with the current one, and does not reset the election timer",
  ],
  [3, "the vote is freed only when the term grows"],
  [
    4,
    "a candidate follows a leader of its own term; two leaders of one term are an internal error",
  ],
  [5, "an answer counts only in the role and in exactly the term in which the question was asked"],
  [6, "an answer is compared with the term of the request, not with what the term is now"],
  // Elections.
  [
    7,
    "a candidacy: next term, own vote, both durable before the first RequestVote leaves, fresh timeout",
  ],
  [
    8,
    "the election timer is reset by granting a vote, by the present leader, by standing; by nothing else",
  ],
  [
    9,
    "votes go only to logs at least as up-to-date, measured at the log's end, snapshots included",
  ],
  [10, "one vote per term; the same candidate gets the same answer again"],
  [11, "votes count for the term asked for, one per server, and a majority is of all servers"],
  [12, "a new leader: nextIndex behind its last entry, matchIndex 0, heartbeats at once"],
  [13, "a candidate whose election times out starts another"],
  [14, "election timeouts are random, spread, and drawn anew each time"],
  [15, "all servers are asked in parallel"],
  // Replication.
  [16, "a heartbeat gets the full consistency check"],
  [17, "refuse where there is no entry at prevLogIndex, or one of another term"],
  [18, "cut the log only at a real conflict"],
  [19, "append only what is missing"],
  [20, "matchIndex follows from the request that was answered, and never falls in a term"],
  [21, "refusals carry the conflicting term, and the leader skips it as a whole"],
  [22, "a late refusal never moves nextIndex to or below matchIndex"],
  [23, "a request holds copies"],
  [24, "commands are sent at once, and together"],
  [25, "a lost request is not repeated at once"],
  // Commit.
  [26, "only entries of the own term are committed by counting"],
  [27, "a majority includes the leader, and is more than a half of an even number"],
  [28, "a follower commits at most up to the end of the request"],
  [29, "commitIndex and lastApplied never fall"],
  [30, "followers hear of a commit soon, and without a burst of requests"],
  // Applying.
  [31, "every entry is applied once in a life, in order"],
  [33, "snapshots and entries reach the state machine in one order"],
  // Persistence.
  [36, "term, vote, log and snapshot are persistent; nothing else is"],
  [37, "nothing that depends on a write leaves before the write is durable"],
  [38, "one write for all that a step changes, none if it changes nothing"],
  [39, "nobody, as the receiver of a vote, is not server 0"],
  [40, "snapshot and trimmed log are written together, and kept by later writes"],
  // Snapshots.
  [41, "an index is not a position"],
  [42, "before the first snapshot, index 0 with term 0 always matches"],
  [43, "prevLogIndex at the end of the snapshot is compared with the snapshot's term"],
  [44, "a request from before the snapshot succeeds for what the snapshot does not cover"],
  [45, "a leader sends the snapshot exactly when the next entry is compacted"],
  [
    46,
    "a snapshot of what is committed is not installed, and the leader learns that it need not be",
  ],
  [47, "entries behind an installed snapshot stay only if the log holds its last entry"],
  [
    48,
    "an installed snapshot moves commitIndex and lastApplied, and is durable before the answer leaves",
  ],
  [49, "matchIndex follows from the snapshot that was sent"],
  [50, "an own snapshot is never older than the last one, nor newer than what was applied"],
  [52, "a new life begins at the end of the snapshot, and does not hand it out"],
  [54, "the end of an all compacted log is the end of its snapshot"],
]);
