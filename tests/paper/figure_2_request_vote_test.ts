/** Raft Figure 2, RequestVote RPC, from the receiver's side. */

import assert from "node:assert/strict";
import type { RequestVoteReply } from "../../core/raft/mod.ts";
import { type Given, requestVote, server, vote } from "./_dsl.ts";

function grants(given: Given, fields: Parameters<typeof requestVote>[0]): boolean {
  return server(given).hears<RequestVoteReply>(requestVote(fields)).voteGranted;
}

// Rule 2.
Deno.test("raft Figure 2, RequestVote 1: replies false if term < currentTerm", () => {
  const voter = server({ term: 5, log: [1] });
  const { wakeAt } = voter.raft;
  voter.pass(20);
  const reply = voter.hears<RequestVoteReply>(requestVote({ term: 4, last: [9, 4] }));
  assert.deepEqual(reply, { kind: "RequestVoteReply", term: 5, voteGranted: false });
  assert.equal(voter.view.votedFor, undefined);
  assert.equal(voter.raft.wakeAt, wakeAt, "the election timer goes on");
});

// Rule 10.
Deno.test("raft Figure 2, RequestVote 2: grants if votedFor is null or candidateId", () => {
  assert.equal(grants({ term: 3 }, { term: 3, from: 1 }), true);
  assert.equal(grants({ term: 3, votedFor: 1 }, { term: 3, from: 1 }), true);
  assert.equal(grants({ term: 3, votedFor: 2 }, { term: 3, from: 1 }), false);
});

// Rule 39.
Deno.test("raft Figure 2, RequestVote 2: a vote for server 0 is a vote", () => {
  assert.equal(grants({ id: 2, term: 3, votedFor: 0 }, { term: 3, from: 1 }), false);
  assert.equal(grants({ id: 2, term: 3, votedFor: 0 }, { term: 3, from: 0 }), true);
});

// Rule 10.
Deno.test("raft Figure 2, RequestVote 2: a candidate that asks again gets the same answer, and nothing is written", () => {
  const voter = server({ term: 1 });
  assert.equal(voter.hears<RequestVoteReply>(requestVote({ term: 2, from: 1 })).voteGranted, true);
  assert.equal(voter.batches.length, 1);
  assert.equal(voter.hears<RequestVoteReply>(requestVote({ term: 2, from: 1 })).voteGranted, true);
  assert.equal(voter.hears<RequestVoteReply>(requestVote({ term: 2, from: 2 })).voteGranted, false);
  assert.equal(voter.batches.length, 1);
});

// Rule 9.
Deno.test("raft Figure 2, RequestVote 2: grants only to a log at least as up-to-date as its own", () => {
  assert.equal(grants({ term: 3, log: [1, 3] }, { term: 4, last: [2, 3] }), true);
  assert.equal(grants({ term: 3, log: [1, 3] }, { term: 4, last: [1, 1] }), false);
});

// Rule 8.
Deno.test("raft Figure 2, RequestVote: a vote that is granted resets the election timer", () => {
  const voter = server({ term: 1 });
  voter.passAlmostAll();
  voter.hears(requestVote({ term: 2 }));
  assert(voter.raft.wakeAt >= voter.now + 150);
});

// Rule 8.
Deno.test("raft Figure 2, RequestVote: a vote that is refused does not reset the election timer", () => {
  const voter = server({ term: 3, log: [1, 3] });
  const { wakeAt } = voter.raft;
  voter.passAlmostAll();
  voter.hears(requestVote({ term: 4, last: [7, 2] }));
  assert.equal(voter.view.currentTerm, 4, "though the term is adopted");
  assert.equal(voter.raft.wakeAt, wakeAt);
});

// Rules 1 and 37.
Deno.test("raft Figure 2, RequestVote: the vote is on stable storage before the answer leaves", () => {
  const voter = server({ term: 1, slowDisk: true });
  voter.hears(requestVote({ term: 2, from: 1 }));
  const reply = voter.replies.at(-1)!;
  assert.equal(voter.mayLeave(reply), false);
  voter.syncDisk();
  assert.equal(voter.mayLeave(reply), true);
  assert.deepEqual(voter.recovered.hardState, { currentTerm: 2, votedFor: 1 });
});

// Rules 10 and 37.
Deno.test("raft Figure 2, RequestVote: a vote in a term that the voter is in already is written as well", () => {
  const voter = server({ term: 2, slowDisk: true });
  voter.hears(requestVote({ term: 2, from: 1 }));
  const reply = voter.replies.at(-1)!;
  assert.deepEqual(reply.message, vote(2));
  assert.equal(voter.mayLeave(reply), false);
  voter.syncDisk();
  assert.deepEqual(voter.recovered.hardState, { currentTerm: 2, votedFor: 1 });
  assert.deepEqual(voter.restart().hears(requestVote({ term: 2, from: 2 })), vote(2, false));
});

// Rule 1.
Deno.test("raft Figure 2, RequestVote: a refusal with a new term waits for that term to be on stable storage", () => {
  const voter = server({ term: 1, log: [1], slowDisk: true });
  voter.hears(requestVote({ term: 2, from: 1, last: [0, 0] }));
  assert.equal(voter.mayLeave(voter.replies.at(-1)!), false);
  voter.syncDisk();
  assert.equal(voter.recovered.hardState?.currentTerm, 2);
});
