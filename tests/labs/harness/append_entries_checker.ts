/**
 * What a follower makes of a leader's entries (Raft Figure 2, AppendEntries, steps 1, 2, 3 and 5): it accepts none of an
 * earlier term, and others only behind an entry that both have; it deletes only what conflicts, and regards as committed
 * only what was compared.
 */

import type { LogIndex, ServerId, Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { AppendEntries } from "../../../core/raft/messages.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** A server, and what it had after its last step. */
interface Follower {
  readonly raft: RaftView;
  currentTerm: Term;
  lastIndex: LogIndex;
  lastTerm: Term;
  commitIndex: LogIndex;
}

/** Compares every follower with itself before the request, and with its leader. */
export class AppendEntriesChecker implements RaftObserver {
  /** The present life of each server, or its last one. */
  readonly #followers = new Map<ServerId, Follower>();

  onStart(raft: RaftView): void {
    const { currentTerm, log: { lastIndex, lastTerm }, commitIndex } = raft;
    this.#followers.set(raft.id, { raft, currentTerm, lastIndex, lastTerm, commitIndex });
  }

  onStep(raft: RaftView, input: Input, output: Output): void {
    const before = this.#followers.get(raft.id);
    if (before === undefined) return this.onStart(raft);
    if (input.kind === "request" && input.message.kind === "AppendEntries") {
      const isAccepted = output.replies.some(({ message }) =>
        message.kind === "AppendEntriesReply" && message.success
      );
      if (isAccepted) {
        checkTerm(raft, before, input.message);
        checkMatch(raft, input.message);
      }
      this.#checkKept(raft, before, input.message);
      checkCommit(raft, before, isAccepted ? input.message : undefined);
    }
    before.currentTerm = raft.currentTerm;
    before.lastIndex = raft.log.lastIndex;
    before.lastTerm = raft.log.lastTerm;
    before.commitIndex = raft.commitIndex;
  }

  /**
   * Step 3. The last entry tells it all: if the leader has the same, the logs were identical up to there (Log Matching),
   * and nothing could conflict.
   */
  #checkKept(raft: RaftView, before: Follower, { entries }: AppendEntries): void {
    const { log, leaderId, currentTerm } = raft;
    const { lastIndex, lastTerm } = before;
    if (log.lastIndex >= lastIndex && log.lastTerm === lastTerm) return;
    if (leaderId === undefined || isHeld(raft, lastIndex, lastTerm)) return;
    const leader = this.#followers.get(leaderId)?.raft;
    if (leader?.role !== "leader" || leader.currentTerm !== currentTerm) return;
    const last = entries.at(-1)?.index;
    invariant(
      leader.log.termAt(lastIndex) !== lastTerm,
      "DeletesOnlyConflicts",
      () =>
        `server ${raft.id} deletes its entry ${lastIndex} of term ${lastTerm} when it is sent ` +
        `entries up to ${last}; the leader of term ${currentTerm}, server ${leaderId}, holds the ` +
        `same entry ${lastIndex}`,
    );
  }
}

/** Step 1. */
function checkTerm(
  { id }: RaftView,
  { currentTerm }: Follower,
  { leaderId, term }: AppendEntries,
): void {
  invariant(
    term >= currentTerm,
    "RefusesOldTerms",
    () =>
      `server ${id} is in term ${currentTerm}, and accepts what server ${leaderId} sends as leader of ${term}`,
  );
}

/** Step 2. */
function checkMatch(raft: RaftView, { prevLogIndex, prevLogTerm }: AppendEntries): void {
  invariant(
    isHeld(raft, prevLogIndex, prevLogTerm),
    "AcceptsOnlyMatches",
    () =>
      `server ${raft.id} accepts what the leader sends behind entry ${prevLogIndex} of term ` +
      `${prevLogTerm}; its own log has ${nameOf(raft.log.termAt(prevLogIndex))} there`,
  );
}

/** Step 5. A request that was refused has compared nothing. */
function checkCommit(raft: RaftView, before: Follower, accepted: AppendEntries | undefined): void {
  const { prevLogIndex = 0, entries = [], leaderCommit = 0 } = accepted ?? {};
  const compared = prevLogIndex + entries.length;
  invariant(
    raft.commitIndex <= Math.max(before.commitIndex, Math.min(leaderCommit, compared)),
    "CommitsOnlyMatches",
    () =>
      `server ${raft.id} takes entry ${raft.commitIndex} for committed; ` +
      (accepted === undefined
        ? "it refuses what the leader sends"
        : `the leader has compared its log up to ${compared}, and has committed ${leaderCommit}`),
  );
}

/** What the snapshot covers is committed, and the same everywhere. */
function isHeld({ log }: RaftView, index: LogIndex, term: Term): boolean {
  return index <= log.lastIncludedIndex || log.termAt(index) === term;
}

function nameOf(term: Term | undefined): string {
  return term === undefined ? "nothing" : `one of term ${term}`;
}
