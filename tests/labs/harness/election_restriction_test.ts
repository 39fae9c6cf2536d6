import assert from "node:assert/strict";
import { logIndex, serverId, term } from "../../../core/base/durable.ts";
import { ElectionRestriction } from "./election_restriction.ts";
import { fakeView, QUIET_OUTPUT } from "./fakes.ts";

/** A server whose log has entries of these terms answers a candidate whose log ends there. */
function vote(
  own: readonly number[],
  [lastLogIndex, lastLogTerm]: readonly [index: number, term: number],
  voteGranted = true,
): void {
  const asked = {
    kind: "RequestVote",
    term: term(5),
    candidateId: serverId(1),
    lastLogIndex: logIndex(lastLogIndex),
    lastLogTerm: term(lastLogTerm),
    preVote: false,
    leadershipTransfer: false,
  } as const;
  const message = { kind: "RequestVoteReply", term: term(5), voteGranted } as const;
  new ElectionRestriction().onStep(
    fakeView({ currentTerm: term(5) }, own),
    { kind: "request", callId: 1, message: asked },
    { ...QUIET_OUTPUT, replies: [{ callId: 1, message, afterDurable: 0 }] },
  );
}

Deno.test("ElectionRestriction: a vote for an older log is found, with the ends of both", () => {
  assert.throws(() => vote([1, 2], [9, 1]), {
    property: "ElectionRestriction",
    message: "ElectionRestriction: server 0 votes for server 1, whose log ends with entry 9 of " +
      "term 1; its own ends with entry 2 of term 2",
  });
});

Deno.test("ElectionRestriction: between equal terms the longer log decides", () => {
  assert.throws(() => vote([1, 2, 2], [2, 2]), { property: "ElectionRestriction" });
  vote([1, 2, 2], [3, 2]);
  vote([1, 2, 2], [2, 3]);
  vote([], [0, 0]);
});

Deno.test("ElectionRestriction: a vote that is refused may be refused for any reason", () => {
  vote([1, 2], [1, 1], false);
});
