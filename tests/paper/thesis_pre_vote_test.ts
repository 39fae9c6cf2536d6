/** Thesis §9.6, Preventing disruptions when a server rejoins the cluster: PreVote. */

import assert from "node:assert/strict";
import type { RequestVote, RequestVoteReply } from "../../core/raft/mod.ts";
import { appendEntries, type Given, requestVote, server, vote } from "./_dsl.ts";
import { Wire } from "./_wire.ts";

const PRE_VOTE = { preVote: true };

function asking(given: Given = {}) {
  const self = server({ ...given, options: PRE_VOTE });
  self.wake();
  assert.equal(self.view.role, "preCandidate");
  return self;
}

Deno.test("raft thesis §9.6: a server asks first, and raises neither its term nor gives its vote for that", () => {
  const self = asking({ term: 3, votedFor: 2, log: [1, 3] });
  assert.equal(self.view.currentTerm, 3);
  assert.equal(self.view.votedFor, 2);
  assert.deepEqual(self.batches, []);
  const sent = self.take();
  assert.deepEqual(sent.map(({ to }) => to), [1, 2]);
  for (const request of sent) {
    assert.deepEqual(
      request.message,
      requestVote({ term: 4, from: 0, last: [2, 3], preVote: true }),
    );
    assert.equal(self.mayLeave(request), true);
  }
});

Deno.test("raft thesis §9.6: with a majority of pre-votes, the real election begins", () => {
  const self = asking({ servers: 5, term: 3 });
  const [one, two] = self.take();
  self.hearsBack(one!, vote(3));
  assert.equal(self.view.role, "preCandidate");
  self.hearsBack(two!, vote(2));
  assert.equal(self.view.role, "candidate");
  assert.equal(self.view.currentTerm, 4);
  for (const { message } of self.take()) {
    assert.equal((message as RequestVote).preVote, false);
    assert.equal(message.term, 4);
  }
});

Deno.test("raft thesis §9.6: pre-votes do not count in the real election, nor the other way round", () => {
  const self = asking({ servers: 5, term: 3 });
  const preVotes = self.take();
  for (const request of preVotes.slice(0, 2)) self.hearsBack(request, vote(3));
  self.take();
  for (const request of preVotes) self.hearsBack(request, vote(3));
  assert.equal(self.view.role, "candidate", "with its own vote alone");
});

// Rules 5 and 11.
Deno.test("raft thesis §9.6: a pre-vote for an earlier term is ignored", () => {
  const self = asking({ term: 3, servers: 5 });
  const old = self.take();
  self.hearsBack(old[0]!, vote(6, false));
  self.wake();
  assert.equal(self.view.role, "preCandidate");
  assert.equal(self.view.currentTerm, 6);
  for (const request of old) self.hearsBack(request, vote(3));
  assert.equal(self.view.role, "preCandidate");
});

Deno.test("raft thesis §9.6: without a majority of pre-votes it asks again, in the same term", () => {
  const self = asking({ term: 3 });
  for (let attempt = 0; attempt < 10; attempt++) {
    self.wake();
    assert.equal(self.view.role, "preCandidate");
    assert.equal(self.view.currentTerm, 3);
    assert.equal(self.take().length > 0, true);
  }
});

Deno.test("raft thesis §9.6: a pre-vote binds nobody: no term is adopted, no vote given, no timer reset", () => {
  const voter = server({ term: 3, options: PRE_VOTE });
  const { wakeAt } = voter.raft;
  voter.pass(20);
  for (const from of [1, 2]) {
    const reply = voter.hears<RequestVoteReply>(requestVote({ term: 8, from, preVote: true }));
    assert.deepEqual(reply, vote(3, true));
  }
  assert.equal(voter.view.votedFor, undefined);
  assert.deepEqual(voter.batches, []);
  assert.equal(voter.raft.wakeAt, wakeAt);
});

// Rule 9.
Deno.test("raft thesis §9.6: a pre-vote is refused to a log that is not up-to-date, and to a term that is not new", () => {
  const voter = server({ term: 3, log: [1, 3], options: PRE_VOTE });
  const wouldVote = (term: number, last: [number, number]) =>
    voter.hears<RequestVoteReply>(requestVote({ term, last, preVote: true })).voteGranted;
  assert.equal(wouldVote(4, [2, 3]), true);
  assert.equal(wouldVote(4, [1, 3]), false);
  assert.equal(wouldVote(4, [9, 2]), false);
  assert.equal(wouldVote(3, [9, 3]), false);
  assert.equal(wouldVote(2, [9, 3]), false);
});

Deno.test("raft thesis §9.6: a pre-vote is refused by who hears from a leader, until an election timeout has passed", () => {
  const voter = server({ term: 3, options: PRE_VOTE });
  const ask = requestVote({ term: 4, from: 2, preVote: true });
  voter.hears(appendEntries({ term: 3, from: 1 }));
  voter.pass(149);
  assert.deepEqual(voter.hears(ask), vote(3, false));
  voter.pass(1);
  assert.deepEqual(voter.hears(ask), vote(3, true));
});

// Rule 1.
Deno.test("raft thesis §9.6: a refusal from a later term makes the pre-candidate a follower of that term", () => {
  const self = asking({ term: 3 });
  self.hearsBack(self.take()[0]!, vote(6, false));
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.currentTerm, 6);
});

// Rule 4.
Deno.test("raft thesis §9.6: a pre-candidate that hears from the leader follows it", () => {
  const self = asking({ term: 3 });
  const asked = self.take();
  self.hears(appendEntries({ term: 3, from: 2 }));
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.leaderId, 2);
  for (const request of asked) self.hearsBack(request, vote(3));
  assert.equal(self.view.role, "follower");
});

Deno.test("raft thesis §9.6: a cluster elects a leader with PreVote, and another when it is gone", () => {
  const wire = new Wire([{}, {}, {}], { options: PRE_VOTE });
  wire.elect(0, [1, 2]);
  assert.deepEqual(wire.servers.map(({ view }) => view.currentTerm), [1, 1, 1]);
  wire.crash(0);
  wire.pass(150);
  wire.flights = [];
  wire.elect(1, [2]);
  assert.equal(wire.at(1).view.currentTerm, 2);
});

Deno.test("raft thesis §9.6: a cluster of one needs nobody's pre-vote", () => {
  const self = server({ servers: 1, options: PRE_VOTE });
  self.wake();
  assert.equal(self.view.role, "leader");
  assert.equal(self.view.currentTerm, 1);
});

for (const preVote of [true, false]) {
  Deno.test(`raft thesis §9.6: a server that was cut off ${preVote ? "does not unseat" : "unseats"} the leader when it is back, PreVote ${preVote ? "on" : "off"}`, () => {
    const wire = new Wire([{}, {}, {}], { options: { preVote } });
    wire.elect(0, [1, 2]);
    for (let attempt = 0; attempt < 5; attempt++) {
      wire.timeout(2);
      wire.settle(2);
      wire.heartbeat(0, 0, 1);
    }
    wire.timeout(2);
    const asked = wire.flights;
    wire.flights = [];
    wire.heartbeat(0, 0, 1);
    wire.flights = asked;
    wire.settle();
    wire.heartbeat(0);
    assert.equal(wire.at(0).view.role, preVote ? "leader" : "follower");
    assert.equal(wire.at(0).view.currentTerm, preVote ? 1 : 7);
  });
}
