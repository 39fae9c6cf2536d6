/** What only grows while a server lives: terms, commits, applied entries; and a vote is never changed. */

import {
  type LogIndex,
  logIndex,
  type ServerId,
  type Term,
  term,
} from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** What a server had reached at its last step. One object for each life, since steps are many. */
class Reached {
  currentTerm: Term = term(0);
  votedFor: ServerId | undefined;
  commitIndex: LogIndex = logIndex(0);
  lastApplied: LogIndex = logIndex(0);
  lastIncludedIndex: LogIndex = logIndex(0);
  /** What a leader knows its followers to have, in its term. */
  readonly matched = new Map<ServerId, LogIndex>();

  constructor(raft: RaftView) {
    this.update(raft);
  }

  update(raft: RaftView): void {
    if (raft.currentTerm !== this.currentTerm) this.matched.clear();
    this.currentTerm = raft.currentTerm;
    this.votedFor = raft.votedFor;
    this.commitIndex = raft.commitIndex;
    this.lastApplied = raft.lastApplied;
    this.lastIncludedIndex = raft.log.lastIncludedIndex;
    if (raft.followers === undefined) return;
    for (const [follower, { matchIndex }] of raft.followers) this.matched.set(follower, matchIndex);
  }
}

/** Compares every server with itself, step by step. */
export class MonotonicChecker implements RaftObserver {
  /** By server; those that do not run are missing. */
  readonly #reached = new Map<ServerId, Reached>();

  onStart(raft: RaftView): void {
    this.#reached.set(raft.id, new Reached(raft));
  }

  onStep(raft: RaftView, input: Input, _output: Output): void {
    const before = this.#reached.get(raft.id);
    invariant(
      before !== undefined,
      "DeadIsSilent",
      () => `server ${raft.id} handles ${input.kind} after it was killed`,
    );
    checkGrows(raft, "currentTerm", before.currentTerm, raft.currentTerm);
    checkGrows(raft, "commitIndex", before.commitIndex, raft.commitIndex);
    checkGrows(raft, "lastApplied", before.lastApplied, raft.lastApplied);
    checkGrows(raft, "lastIncludedIndex", before.lastIncludedIndex, raft.log.lastIncludedIndex);
    invariant(
      raft.lastApplied <= raft.commitIndex,
      "AppliedIsCommitted",
      () => `server ${raft.id} has applied ${raft.lastApplied}, committed ${raft.commitIndex}`,
    );
    checkMatched(raft, before);
    checkVote(raft, before);
    before.update(raft);
  }

  /** The server has been killed; nothing may happen to it until it starts again. */
  onKilled(server: ServerId): void {
    this.#reached.delete(server);
  }
}

function checkGrows(raft: RaftView, name: string, before: number, now: number): void {
  invariant(
    now >= before,
    "Monotonic",
    () => `${name} of server ${raft.id} goes back from ${before} to ${now}`,
  );
}

function checkMatched(raft: RaftView, before: Reached): void {
  const { currentTerm, followers } = raft;
  if (followers === undefined || currentTerm !== before.currentTerm) return;
  for (const [follower, { matchIndex }] of followers) {
    const matched = before.matched.get(follower) ?? 0;
    invariant(
      matchIndex >= matched,
      "MatchIndexGrows",
      () =>
        `leader ${raft.id} of term ${currentTerm} knows that server ${follower} has ${matched}, ` +
        `and now takes it to have ${matchIndex}`,
    );
  }
}

function checkVote({ id, currentTerm, votedFor }: RaftView, before: Reached): void {
  invariant(
    before.votedFor === undefined || currentTerm > before.currentTerm ||
      votedFor === before.votedFor,
    "OneVotePerTerm",
    () =>
      `server ${id} votes for ${before.votedFor} and then for ${votedFor ?? "nobody"} in term ` +
      currentTerm,
  );
}
