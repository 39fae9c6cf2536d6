/** What only grows while a server lives: terms, commits, applied entries; and a vote is never changed. */

import type { ServerId, Term } from "../../../core/base/durable.ts";
import { invariant } from "../../../core/base/errors.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftObserver, RaftView } from "../../../core/raft/view.ts";

/** What a server had reached at its last step. */
interface Reached {
  readonly currentTerm: Term;
  readonly votedFor: ServerId | undefined;
  readonly commitIndex: number;
  readonly lastApplied: number;
  readonly lastIncludedIndex: number;
  /** What a leader knows its followers to have. */
  readonly matched: ReadonlyMap<ServerId, number>;
}

/** Compares every server with itself, step by step. */
export class MonotonicChecker implements RaftObserver {
  /** By server; those that do not run are missing. */
  readonly #reached = new Map<ServerId, Reached>();

  onStart(raft: RaftView): void {
    this.#reached.set(raft.id, reached(raft));
  }

  onStep(raft: RaftView, input: Input, _output: Output): void {
    const before = this.#reached.get(raft.id);
    invariant(
      before !== undefined,
      "DeadIsSilent",
      () => `server ${raft.id} handles ${input.kind} after it was killed`,
    );
    const now = reached(raft);
    for (
      const name of ["currentTerm", "commitIndex", "lastApplied", "lastIncludedIndex"] as const
    ) {
      invariant(
        now[name] >= before[name],
        "Monotonic",
        () => `${name} of server ${raft.id} goes back from ${before[name]} to ${now[name]}`,
      );
    }
    invariant(
      now.lastApplied <= now.commitIndex,
      "AppliedIsCommitted",
      () => `server ${raft.id} has applied ${now.lastApplied}, committed ${now.commitIndex}`,
    );
    for (const [follower, matchIndex] of now.matched) {
      const matched = now.currentTerm === before.currentTerm ? before.matched.get(follower) : 0;
      invariant(
        matchIndex >= (matched ?? 0),
        "MatchIndexGrows",
        () =>
          `leader ${raft.id} of term ${now.currentTerm} knows that server ${follower} has ` +
          `${matched}, and now takes it to have ${matchIndex}`,
      );
    }
    const isVoteKept = before.votedFor === undefined || now.currentTerm > before.currentTerm ||
      now.votedFor === before.votedFor;
    invariant(
      isVoteKept,
      "OneVotePerTerm",
      () =>
        `server ${raft.id} votes for ${before.votedFor} and then for ${now.votedFor} in term ` +
        now.currentTerm,
    );
    this.#reached.set(raft.id, now);
  }

  /** The server has been killed; nothing may happen to it until it starts again. */
  onKilled(server: ServerId): void {
    this.#reached.delete(server);
  }
}

function reached(raft: RaftView): Reached {
  return {
    currentTerm: raft.currentTerm,
    votedFor: raft.votedFor,
    commitIndex: raft.commitIndex,
    lastApplied: raft.lastApplied,
    lastIncludedIndex: raft.log.lastIncludedIndex,
    matched: new Map(
      [...raft.followers ?? []].map(([follower, { matchIndex }]) => [follower, matchIndex]),
    ),
  };
}
