/** Thesis §6.2 and §4.2.3, CheckQuorum: a leader without a majority steps down, a leader with one is left alone. */

import assert from "node:assert/strict";
import type { RequestVoteReply } from "../../core/raft/mod.ts";
import {
  accepted,
  appendEntries,
  leader,
  leaderInTouch,
  refused,
  requestVote,
  server,
  type TestServer,
  vote,
} from "./_dsl.ts";
import { Wire } from "./_wire.ts";

const CHECK_QUORUM = { checkQuorum: true };

/** Lets time pass in short steps; of the requests, only those to `answering` are answered. */
function passAnswered(self: TestServer, span: number, answering: readonly number[]): void {
  for (let passed = 0; passed < span; passed += 10) {
    self.pass(10);
    for (const request of self.take()) {
      if (answering.includes(request.to)) self.hearsBack(request, accepted(self.view.currentTerm));
    }
  }
}

Deno.test("raft thesis §6.2: a leader that no majority answers for an election timeout steps down, in its term", () => {
  const self = leader({ term: 4, options: CHECK_QUORUM });
  self.pass(299);
  assert.equal(self.view.role, "leader");
  self.pass(1);
  assert.equal(self.view.role, "follower");
  assert.equal(self.view.currentTerm, 4);
  assert.equal(self.view.leaderId, undefined);
  assert.equal(self.view.votedFor, 0);
});

Deno.test("raft thesis §6.2: it stays while a majority answers, itself included", () => {
  const five = leader({ term: 4, servers: 5, options: CHECK_QUORUM });
  passAnswered(five, 1000, [1, 3]);
  assert.equal(five.view.role, "leader");
  passAnswered(five, 400, [1]);
  assert.equal(five.view.role, "follower");

  const four = leader({ term: 4, servers: 4, options: CHECK_QUORUM });
  passAnswered(four, 1000, [1, 2]);
  assert.equal(four.view.role, "leader");
  passAnswered(four, 400, [3]);
  assert.equal(four.view.role, "follower");

  const two = leader({ term: 4, servers: 2, options: CHECK_QUORUM });
  passAnswered(two, 1000, [1]);
  assert.equal(two.view.role, "leader");
  passAnswered(two, 400, []);
  assert.equal(two.view.role, "follower");
});

Deno.test("raft thesis §6.2: any answer of the present term is a sign of life, a refusal too", () => {
  const self = leader({ term: 4, log: [1], options: CHECK_QUORUM });
  for (let beat = 0; beat < 20; beat++) {
    self.pass(50);
    for (const request of self.take(1)) self.hearsBack(request, refused(4, [0, 1]));
    self.take();
  }
  assert.equal(self.view.role, "leader");
});

Deno.test("raft thesis §6.2: a cluster of one has its majority always", () => {
  const self = server({ servers: 1, options: CHECK_QUORUM });
  self.wake();
  self.pass(10_000);
  assert.equal(self.view.role, "leader");
});

Deno.test("raft thesis §6.2: without CheckQuorum, a leader that is cut off goes on believing", () => {
  const self = leader({ term: 4 });
  self.pass(10_000);
  assert.equal(self.view.role, "leader");
});

Deno.test("raft thesis §6.2: reads that wait on such a leader are turned away", () => {
  const self = leaderInTouch({ term: 4, options: { ...CHECK_QUORUM, noOpOnElection: true } });
  self.readNow(1);
  self.pass(300);
  assert.deepEqual(self.reads, [{ readId: 1, index: undefined, leaderId: undefined }]);
});

Deno.test("raft thesis §4.2.3: a server that hears from a leader refuses its vote, and does not even adopt the term", () => {
  const voter = server({ term: 4, options: CHECK_QUORUM });
  voter.hears(appendEntries({ term: 4, from: 1 }));
  voter.pass(149);
  assert.deepEqual(voter.hears(requestVote({ term: 9, from: 2 })), vote(4, false));
  assert.equal(voter.view.currentTerm, 4);
  voter.pass(1);
  const reply = voter.hears<RequestVoteReply>(requestVote({ term: 9, from: 2 }));
  assert.deepEqual(reply, vote(9, true));
});

Deno.test("raft thesis §4.2.3: a leader refuses likewise", () => {
  const self = leaderInTouch({ term: 4, options: CHECK_QUORUM });
  assert.deepEqual(self.hears(requestVote({ term: 9, last: [9, 9] })), vote(4, false));
  assert.equal(self.view.role, "leader");
});

Deno.test("raft thesis §4.2.3: an election that the leader itself asked for is no disruption", () => {
  const voter = server({ term: 4, options: CHECK_QUORUM });
  voter.hears(appendEntries({ term: 4, from: 1 }));
  const ask = requestVote({ term: 5, from: 2, leadershipTransfer: true });
  assert.deepEqual(voter.hears(ask), vote(5, true));
});

Deno.test("raft thesis §4.2.3: a server that did not hear from a leader since it started may vote at once", () => {
  const voter = server({ term: 4, options: CHECK_QUORUM });
  assert.deepEqual(voter.hears(requestVote({ term: 5 })), vote(5, true));
});

Deno.test("raft thesis §4.2.3: a vote lease ends with the term of its leader", () => {
  const voter = server({ term: 4, options: CHECK_QUORUM });
  voter.hears(appendEntries({ term: 4, from: 1 }));
  voter.hears(requestVote({ term: 5, from: 2, leadershipTransfer: true, last: [0, 0] }));
  assert.deepEqual(voter.hears(requestVote({ term: 6, from: 1 })), vote(6, true));
});

Deno.test("raft thesis §6.2: two halves of a cluster: the leader without the majority steps down, the other half elects", () => {
  const wire = new Wire([{}, {}, {}, {}, {}], { options: { ...CHECK_QUORUM, preVote: true } });
  wire.elect(0, [1, 2, 3, 4]);
  for (let beat = 0; beat < 8; beat++) wire.heartbeat(0, 0, 1);
  assert.equal(wire.at(0).view.role, "follower");
  wire.elect(2, [3, 4]);
  wire.propose(2, "x");
  wire.settle(2, 3, 4);
  assert.equal(wire.at(2).view.commitIndex, 1);
});

// Rule 1.
Deno.test("raft thesis §4.2.3: a server that raised its term alone is let in again, though nobody votes for it", () => {
  const wire = new Wire([{}, {}, {}], { options: CHECK_QUORUM });
  wire.elect(0, [1, 2]);
  for (let attempt = 0; attempt < 3; attempt++) {
    wire.timeout(2);
    wire.settle(2);
    wire.heartbeat(0, 0, 1);
  }
  wire.heartbeat(0);
  assert.equal(
    wire.at(0).view.currentTerm,
    4,
    "the leader hears of the higher term, and gives way",
  );
  // Those who heard from it lately refuse their votes for a while.
  for (let attempt = 0; attempt < 3 && wire.at(1).view.role !== "leader"; attempt++) {
    wire.timeout(1);
    wire.settle();
  }
  wire.propose(1, "x");
  wire.settle();
  wire.heartbeat(1);
  assert.deepEqual(wire.servers.map(({ view }) => view.commitIndex), [1, 1, 1]);
});
