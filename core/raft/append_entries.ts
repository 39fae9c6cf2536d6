/** The follower's side of replication (Figure 2, AppendEntries RPC; Raft §5.3). */

import {
  type LogEntry,
  type LogIndex,
  logIndex,
  type Term,
  term as asTerm,
} from "../base/durable.ts";
import { invariant } from "../base/errors.ts";
import type { AppendEntries } from "./messages.ts";
import { followLeader } from "./follow_leader.ts";
import type { RaftState } from "./state.ts";

/** Where a refused leader should look next: see `AppendEntriesReply.conflictTerm`. */
interface Conflict {
  readonly conflictTerm: Term;
  readonly conflictIndex: LogIndex;
}

const NO_CONFLICT: Conflict = { conflictTerm: asTerm(0), conflictIndex: logIndex(0) };

/** Takes a leader's entries, if the logs agree right before them. */
export function onAppendEntries(raft: RaftState, callId: number, message: AppendEntries): void {
  if (!followLeader(raft, message.term, message.leaderId)) {
    return reply(raft, callId, false, NO_CONFLICT);
  }
  const conflict = findConflict(raft, message);
  if (conflict !== undefined) {
    raft.trace("log", "refuses entries", { prevLogIndex: message.prevLogIndex, ...conflict });
    return reply(raft, callId, false, conflict);
  }
  appendMissing(raft, message.entries);
  // Entries beyond this request may still be wrong, so the request bounds what is known to be committed.
  const lastCovered = logIndex(message.prevLogIndex + message.entries.length);
  raft.commitTo(logIndex(Math.min(message.leaderCommit, lastCovered)));
  reply(raft, callId, true, NO_CONFLICT);
}

/** The consistency check (Figure 2, step 2): does this log hold `prevLogIndex`, with `prevLogTerm`? */
function findConflict(raft: RaftState, message: AppendEntries): Conflict | undefined {
  const { log } = raft;
  // What the snapshot covers is committed, and so the same in the leader's log.
  if (message.prevLogIndex < log.lastIncludedIndex) return undefined;
  const termHere = log.termAt(message.prevLogIndex);
  if (termHere === message.prevLogTerm) return undefined;
  if (termHere === undefined) {
    return { conflictTerm: asTerm(0), conflictIndex: logIndex(log.lastIndex + 1) };
  }
  return { conflictTerm: termHere, conflictIndex: log.firstIndexWithTermAtLeast(termHere) };
}

/**
 * Steps 3 and 4: cuts the log at the first entry that conflicts, and only there, since an old request that
 * arrives late may be shorter than what is there by now; then appends what is missing.
 */
function appendMissing(raft: RaftState, entries: readonly LogEntry[]): void {
  const { log } = raft;
  const first = entries.findIndex((entry) =>
    entry.index > log.lastIncludedIndex && log.termAt(entry.index) !== entry.term
  );
  const entry = entries[first];
  if (entry === undefined) return;
  invariant(
    entry.index > raft.commitIndex,
    "CommittedEntriesStay",
    () =>
      `server ${raft.id} committed ${raft.commitIndex}, the leader of term ${raft.currentTerm} ` +
      `sends another entry ${entry.index} of term ${entry.term}`,
  );
  if (entry.index <= log.lastIndex) raft.trace("log", "truncates", { from: entry.index });
  raft.writeLog(entries.slice(first));
}

function reply(raft: RaftState, callId: number, success: boolean, conflict: Conflict): void {
  raft.reply(callId, {
    kind: "AppendEntriesReply",
    term: raft.currentTerm,
    success,
    conflictTerm: conflict.conflictTerm,
    conflictIndex: conflict.conflictIndex,
  });
}
