import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../../../core/base/durable.ts";
import type { Input, Output } from "../../../core/raft/io.ts";
import type { RaftView } from "../../../core/raft/view.ts";
import { AppendEntriesChecker } from "./append_entries_checker.ts";
import { entriesFrom, fakeView, QUIET_INPUT, QUIET_OUTPUT } from "./fakes.ts";

const LEADER = serverId(1);

/** A checker that has seen server 0 with the log `before`, and server 1 lead term 3 with the log `leads`. */
function watching(before: readonly number[], leads: readonly number[]): AppendEntriesChecker {
  const checker = new AppendEntriesChecker();
  const leader = fakeView({ id: LEADER, role: "leader", currentTerm: term(3) }, leads);
  for (const raft of [leader, follower(before)]) {
    checker.onStart(raft);
    checker.onStep(raft, QUIET_INPUT, QUIET_OUTPUT);
  }
  return checker;
}

function follower(terms: readonly number[], commitIndex = 0): RaftView {
  const changes = { currentTerm: term(3), leaderId: LEADER, commitIndex: logIndex(commitIndex) };
  return fakeView(changes, terms);
}

/** The leader's entries of those terms, behind entry `prev`. */
function sent(
  [prev, prevTerm]: readonly [index: number, term: number],
  terms: readonly number[],
  leaderCommit = 0,
): Input {
  return {
    kind: "request",
    callId: 1,
    message: {
      kind: "AppendEntries",
      term: term(3),
      leaderId: LEADER,
      prevLogIndex: logIndex(prev),
      prevLogTerm: term(prevTerm),
      entries: entriesFrom(prev + 1, terms),
      leaderCommit: logIndex(leaderCommit),
    },
  };
}

function replied(success: boolean): Output {
  const message = {
    kind: "AppendEntriesReply",
    term: term(3),
    success,
    conflictTerm: term(0),
    conflictIndex: logIndex(0),
  } as const;
  return { ...QUIET_OUTPUT, replies: [{ callId: 1, message, afterDurable: 0 }] };
}

const ACCEPTED = replied(true);

Deno.test("AppendEntriesChecker: a follower that obeys a leader of an earlier term is found, with both terms", () => {
  const old = (): Input => {
    const input = sent([1, 3], []) as Extract<Input, { kind: "request" }>;
    return { ...input, message: { ...input.message, term: term(2) } };
  };
  const before = [3];
  watching(before, [3]).onStep(follower(before), old(), replied(false));
  assert.throws(() => watching(before, [3]).onStep(follower(before), old(), ACCEPTED), {
    property: "RefusesOldTerms",
    message: /server 0 is in term 3, and accepts what server 1 sends as leader of 2$/,
  });
});

Deno.test("AppendEntriesChecker: a follower that deletes what its leader holds too is found, with the entry", () => {
  const checker = watching([1, 3, 3, 3], [1, 3, 3, 3]);
  assert.throws(() => checker.onStep(follower([1, 3]), sent([1, 1], [3]), ACCEPTED), {
    property: "DeletesOnlyConflicts",
    message:
      "DeletesOnlyConflicts: server 0 deletes its entry 4 of term 3 when it is sent entries " +
      "up to 2; the leader of term 3, server 1, holds the same entry 4",
  });
});

Deno.test("AppendEntriesChecker: a follower may delete what conflicts, and all behind it", () => {
  const shorter = watching([1, 2, 2, 2], [1, 3]);
  shorter.onStep(follower([1, 3]), sent([1, 1], [3]), ACCEPTED);
  const longer = watching([1, 2], [1, 3, 3]);
  longer.onStep(follower([1, 3, 3]), sent([1, 1], [3, 3]), ACCEPTED);
});

Deno.test("AppendEntriesChecker: compaction deletes nothing, nor does what happens at no leader's request", () => {
  const compacted = watching([1, 3, 3], [1, 3, 3]);
  const log = { ...fakeView().log, lastIncludedIndex: logIndex(3), lastIndex: logIndex(3) };
  compacted.onStep({ ...follower([]), log }, sent([2, 3], [3]), ACCEPTED);
  const installed = watching([1, 3, 3], [1, 3, 3]);
  installed.onStep(follower([1]), QUIET_INPUT, QUIET_OUTPUT);
  const restarted = watching([1, 3, 3], [1, 3, 3]);
  restarted.onStart(follower([1]));
  restarted.onStep(follower([1, 3]), sent([1, 1], [3]), ACCEPTED);
});

Deno.test("AppendEntriesChecker: a leader that has been deposed has no say", () => {
  const checker = watching([1, 3, 3], [1, 3, 3]);
  checker.onStart(fakeView({ id: LEADER, currentTerm: term(3) }, [1, 3, 3]));
  checker.onStep(follower([1, 3]), sent([1, 1], [3]), ACCEPTED);
});

Deno.test("AppendEntriesChecker: a follower that accepts entries behind one that it does not have is found", () => {
  const other = watching([1, 2], [1, 3, 3]);
  assert.throws(() => other.onStep(follower([1, 2, 3]), sent([2, 3], [3]), ACCEPTED), {
    property: "AcceptsOnlyMatches",
    message:
      "AcceptsOnlyMatches: server 0 accepts what the leader sends behind entry 2 of term 3; " +
      "its own log has one of term 2 there",
  });
  const none = watching([1], [1, 3, 3]);
  assert.throws(() => none.onStep(follower([1]), sent([3, 3], []), ACCEPTED), {
    property: "AcceptsOnlyMatches",
    message: /its own log has nothing there$/,
  });
  watching([1, 2], [1, 3, 3]).onStep(follower([1, 2]), sent([2, 3], [3]), replied(false));
});

Deno.test("AppendEntriesChecker: a follower commits no further than the leader has, and has compared", () => {
  const beyond = watching([1, 2], [1, 3]);
  assert.throws(() => beyond.onStep(follower([1, 2], 2), sent([1, 1], [], 2), ACCEPTED), {
    property: "CommitsOnlyMatches",
    message: "CommitsOnlyMatches: server 0 takes entry 2 for committed; the leader has compared " +
      "its log up to 1, and has committed 2",
  });
  const refused = watching([1, 2], [1, 3]);
  assert.throws(() => refused.onStep(follower([1, 2], 1), sent([2, 3], [], 2), replied(false)), {
    property: "CommitsOnlyMatches",
    message: /it refuses what the leader sends$/,
  });
  watching([1, 3], [1, 3]).onStep(follower([1, 3], 2), sent([2, 3], [], 2), ACCEPTED);
});
